# Takes logins for the guests of a reference cloud:  super.pl FOLDER CONFIG
# Each connection comes from an address of the VM that it is for; it gets an sshd of its
# own, with that VM's keys, host key, home and system.  Prints its port; ends with SIGTERM.
use strict;
use warnings;
use IO::Socket::INET;

my ($folder, $config) = @ARGV;
my $listen = IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => 0, Listen => 64)
	or die "cannot listen: $!";
$SIG{CHLD} = "IGNORE";
$| = 1;
print $listen->sockport, "\n";
while (1) {
	my $line = $listen->accept or next;
	my $inner = $line->peerhost;
	if (!fork) {
		$SIG{CHLD} = "DEFAULT";
		close $listen;
		my $guest = "$folder/$inner";
		exit 1 unless -e "$guest/power";
		my $key = "$guest/home/.host-key";
		system("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "$key.$$") if !-e $key;
		link "$key.$$", $key;
		unlink "$key.$$", "$key.$$.pub";
		open my $router, "<", "$folder/router" or exit 1;
		my $port = <$router>;
		open STDIN, "<&", $line;
		open STDOUT, ">&", $line;
		exec "/usr/sbin/sshd", "-i", "-e", "-f", $config, "-h", $key,
			"-o", "AuthorizedKeysFile=$guest/authorized_keys",
			"-o", "SetEnv=HOME=$guest/home PLUGFEST_KIT_ROOT=$guest GUEST_FOLDER=$guest "
			. "GUEST_INNER=$inner GUEST_ROUTER=$port LD_PRELOAD=$folder/guest.so";
		exit 1;
	}
	close $line;
}
