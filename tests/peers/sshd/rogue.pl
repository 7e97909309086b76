# A server that is none, on a free loopback port that it prints:
#   perl rogue.pl silent | shut | http | name | flood
use strict;
use warnings;
use IO::Socket::INET;

my ($how) = @ARGV;
my $l = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => 0, Listen => 16) or die;
$SIG{PIPE} = 'IGNORE';
$| = 1;
print $l->sockport, "\n";
alarm 200;
my @kept;
while (my $s = $l->accept) {
	$s->autoflush(1);
	next if $how eq 'shut';
	print $s "HTTP/1.1 400 Bad Request\r\n\r\n" if $how eq 'http';
	print $s "SSH-2.0-rogue\r\n" if $how eq 'name' || $how eq 'flood';
	if ($how eq 'flood') {
		my $junk = 'A' x 65536;
		for (1 .. 200) { print $s $junk or last; }
	}
	push @kept, $s;
}
