# One Makefile, no recursion: every rule sees the whole tree.
#   make run    make test    make V=asan test    make lint    make bench
#   make install DESTDIR= PREFIX=    make test-crash  mutants  explore-faults  valgrind  fuzz  hostile  peer-openstack  peer-junit  peer-sigv4  peer-sshd
PROG    := plugfest
VERSION := 0.1.0
V       ?= plain
B       := build/$(V)
PREFIX  ?= /usr/local
CFLAGS  ?= -O2 -g
CC      := $(if $(filter default,$(origin CC)),gcc,$(CC))

# What building and testing take from Debian; installed when missing (.ci/need).
BUILD_NEEDS := gcc libc6-dev pkg-config libcurl4-openssl-dev libjansson-dev libxml2-dev \
               libssl-dev libmicrohttpd-dev libyaml-dev libssh-dev
TEST_NEEDS  := check curl expat jq libxml2-utils openssl

PKGS       := jansson libcurl libxml-2.0 openssl libmicrohttpd yaml-0.1 libssh
PKG_CFLAGS  = $(shell pkg-config --cflags $(PKGS))
PKG_LIBS    = $(shell pkg-config --libs $(PKGS))
STD  := -std=c17 -D_GNU_SOURCE -DPLUGFEST_VERSION=\"$(VERSION)\" -Iharness -Ireports -I. \
        -fstack-clash-protection -include harness/base/banned.h
WARN  = -Wall -Wextra -Wpedantic -Wshadow -Wvla -Wstrict-prototypes -Wmissing-prototypes \
        -Wno-overlength-strings -Wframe-larger-than=$(FRAME) $(if $(CI),-Werror)
# Coroutine stacks are 256 KiB; a case holds several resources by value.
FRAME = 8192
$(B)/testcases/% $(B)/tests/%: FRAME = 20480
VARIANT.plain :=
VARIANT.asan  := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
VARIANT.cov   := -O0 --coverage
VARIANT.fuzz  := -fsanitize=fuzzer-no-link,address,undefined -fno-omit-frame-pointer
ifeq ($(V),asan)
FRAME = 32768
$(B)/testcases/% $(B)/tests/%: FRAME = 65536
endif
ifeq ($(V),fuzz)
CC    := clang
FRAME = 65536
endif
ifeq ($(origin VARIANT.$(V)),undefined)
$(error V=$(V) is not a variant: plain, asan, cov, fuzz)
endif

# Objects, not archives: cases, drivers and faces are found by section, and a
# linker drops archive members that nothing names.
SRC  := $(sort $(shell find harness adapters testcases reports -name '*.c'))
TEST := $(sort $(wildcard tests/unit/*.c))
MAIN := $(B)/harness/main.o
OBJ  := $(filter-out $(MAIN),$(SRC:%.c=$(B)/%.o))
LINK  = @echo "  LD $@"; $(CC) $(VARIANT.$(V)) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)

# The whole of `make` has what it needs before it starts to compile.
all: need-build
	@$(MAKE) --no-print-directory V=$(V) $(B)/$(PROG)
need-build:
	@.ci/need $(BUILD_NEEDS)
need-test: need-build
	@.ci/need $(TEST_NEEDS)

# A duplicate or retired case id, or a case without purpose, requirement or
# budget, fails the build.
$(B)/$(PROG): $(MAIN) $(OBJ)
	$(LINK)
	@PLUGFEST_DATA=. $@ list cases >/dev/null
$(B)/unit: $(TEST:%.c=$(B)/%.o) $(OBJ)
	$(LINK) $(shell pkg-config --libs check)
$(B)/hostile: $(patsubst %.c,$(B)/%.o,$(sort $(wildcard tests/hostile/*.c))) $(OBJ)
	$(LINK)
# What an old journal needs on a machine without a cloud: R1.
REPORT_OBJ := $(filter $(B)/reports/% $(B)/harness/base/%,$(OBJ)) \
              $(B)/harness/journal/reader.o $(B)/harness/journal/verdict.o \
              $(B)/harness/journal/waiver.o
$(B)/plugfest-report: $(B)/tests/report/main.o $(REPORT_OBJ)
	$(CC) $(VARIANT.$(V)) $(LDFLAGS) -o $@ $^ $(shell pkg-config --libs jansson libxml-2.0 openssl yaml-0.1)
# What asks a guest, for tests/peers/sshd.
$(B)/ask-guest: $(B)/tests/peers/sshd/ask.o $(OBJ)
	$(LINK)
# What the kernel of a guest would do, for the same.
$(B)/guest.so: tests/peers/sshd/guest.c Makefile
	@mkdir -p $(@D)
	$(CC) $(STD) $(WARN) -Wno-pedantic -O2 -fPIC -shared -o $@ $<
# Our signatures, for tests/peers/sigv4.
$(B)/sign-s3: $(B)/tests/peers/sigv4/sign.o $(OBJ)
	$(LINK)
# A cloud that says every secret back, and what to look for: tests/e2e/secrets.sh.
$(B)/echo-sut: $(B)/tests/e2e/echo-sut.o $(B)/tests/e2e/spellings.o
	$(LINK)

$(B)/bench-operations: $(B)/bench/operations.o $(B)/bench/bare.o $(OBJ)
	$(LINK)

# What it takes to judge a history of ten million events: bench/dr.
$(B)/bench-history: $(B)/bench/history.o $(filter $(B)/harness/dr/% $(B)/harness/base/%,$(OBJ))
	$(LINK)

# -MMD notes the headers read, -MP outlives a deleted one; a changed Makefile rebuilds.
$(B)/%.o: %.c Makefile
	@mkdir -p $(@D)
	@echo "  CC $<"
	@$(CC) $(STD) $(WARN) $(CFLAGS) $(VARIANT.$(V)) $(CPPFLAGS) $(PKG_CFLAGS) -MMD -MP -c -o $@ $<

# .incbin is nothing that -MMD sees.
$(B)/harness/guest/kit.o: harness/guest/kit.sh

# Which build this is goes into every journal.
COMMIT := $(shell git rev-parse HEAD 2>/dev/null || echo unknown)
DIRTY  := $(if $(shell git status --porcelain 2>/dev/null | head -1),true,false)
$(B)/commit.h: FORCE
	@mkdir -p $(@D)
	@printf '#define PLUGFEST_COMMIT "%s"\n#define PLUGFEST_DIRTY %s\n' $(COMMIT) $(DIRTY) > $@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@
FORCE:
$(B)/harness/cmd_run.o: $(B)/commit.h
$(B)/harness/cmd_run.o: CPPFLAGS += -include $(B)/commit.h

# ---- what people type ----

# The profile iaas-core on the embedded reference cloud, through both its APIs.
run: need-build
	@$(MAKE) --no-print-directory -j$(shell nproc) V=$(V) $(B)/$(PROG)
	@$(B)/$(PROG) run -p iaas-core

test: need-test
	@$(MAKE) --no-print-directory -j$(shell nproc) V=$(V) $(B)/$(PROG) $(B)/unit $(B)/plugfest-report $(B)/echo-sut
	@tests/run V=$(V)

lint:
	@.ci/need shellcheck xz-utils
	@awk -f tests/layers.awk tests/layers $(shell find harness adapters testcases reports -name '*.[ch]')
	@tests/lint

valgrind: need-test
	@.ci/need valgrind
	@$(MAKE) --no-print-directory -j$(shell nproc) $(B)/$(PROG) $(B)/unit
	@tests/valgrind/run

test-crash mutants: need-test
	@$(MAKE) --no-print-directory -j$(shell nproc) $(B)/$(PROG)
	@tests/$(@:test-%=%)/run

# Random sequences against the model, and the faults that they find.
explore-faults: need-test
	@$(MAKE) --no-print-directory -j$(shell nproc) $(B)/$(PROG)
	@tests/mutants/explore

mutants-full: need-test
	@$(MAKE) --no-print-directory -j$(shell nproc) $(B)/$(PROG)
	@tests/mutants/run --full

# The same, and docs/mutants.md anew.
mutants-table: need-test
	@$(MAKE) --no-print-directory -j$(shell nproc) $(B)/$(PROG)
	@tests/mutants/run --table

fuzz: need-build
	@.ci/need clang libclang-rt-14-dev
	@tests/fuzz/run

peer-openstack peer-openstack-cli: need-test
	@$(MAKE) --no-print-directory -j$(shell nproc) $(B)/$(PROG)
	@tests/peers/$(@:peer-%=%)/run

# JUnit XML as somebody else's reader sees it.
peer-junit: need-test
	@$(MAKE) --no-print-directory -j$(shell nproc) $(B)/$(PROG)
	@tests/peers/junit/run

# Guests over SSH against OpenSSH's own server, on loopback: the client, then the cases.
peer-sshd: need-test
	@.ci/need openssh-server openssh-client busybox wget
	@$(MAKE) --no-print-directory -j$(shell nproc) V=$(V) $(B)/ask-guest $(B)/$(PROG) $(B)/guest.so
	@tests/peers/sshd/run V=$(V)
	@PLUGFEST=$(B)/$(PROG) SO=$(B)/guest.so tests/peers/sshd/cases

# Our signatures and documents against botocore's and curl's.
peer-sigv4: need-test
	@$(MAKE) --no-print-directory -j$(shell nproc) V=$(V) $(B)/sign-s3
	@tests/peers/sigv4/run $(B)/sign-s3

# A system under test that misbehaves; rows by name: tests/hostile/run -v '429*'
hostile: need-test
	@.ci/need nghttp2-proxy
	@$(MAKE) --no-print-directory -j$(shell nproc) V=$(V) $(B)/$(PROG) $(B)/hostile
	@tests/hostile/run V=$(V)

bench: need-build
	@$(MAKE) --no-print-directory -j$(shell nproc) $(B)/$(PROG)
	@bench/run

PEER_NEEDS := tempest python3-openstackclient jq
bench-tempest: need-build
	@.ci/need $(PEER_NEEDS)
	@$(MAKE) --no-print-directory -j$(shell nproc) $(B)/$(PROG)
	@bench/tempest/run

install: all
	install -D -m 755 $(B)/$(PROG) $(DESTDIR)$(PREFIX)/bin/$(PROG)
	install -d $(DESTDIR)$(PREFIX)/share/$(PROG) $(DESTDIR)$(PREFIX)/share/man/man1
	cp -R profiles standards $(DESTDIR)$(PREFIX)/share/$(PROG)/
	install -m 644 docs/man/*.1 $(DESTDIR)$(PREFIX)/share/man/man1/

clean:
	rm -rf build

-include $(shell find $(B) -name '*.d' 2>/dev/null)
.PHONY: all need-build need-test run test lint valgrind test-crash mutants mutants-full mutants-table explore-faults fuzz hostile bench install clean \
        peer-openstack peer-openstack-cli peer-junit peer-sigv4 peer-sshd bench-tempest FORCE
.DELETE_ON_ERROR:
