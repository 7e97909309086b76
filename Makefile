# One Makefile, no recursion: every rule sees the whole tree.
#   make run   make test   make V=asan test   make lint   make bench   make install DESTDIR= PREFIX=
PROG    := plugfest
V       ?= plain
B       := build/$(V)
PREFIX  ?= /usr/local
CFLAGS  ?= -O2 -g
CC      := $(if $(filter default,$(origin CC)),gcc,$(CC))

PKGS       := jansson libcurl libxml-2.0 openssl libmicrohttpd yaml-0.1
PKG_CFLAGS  = $(shell pkg-config --cflags $(PKGS))
PKG_LIBS    = $(shell pkg-config --libs $(PKGS))
VERSION := 0.1.0
STD  := -std=c17 -D_GNU_SOURCE -DPLUGFEST_VERSION=\"$(VERSION)\" -Iharness -Ireports -I. -fstack-clash-protection -include harness/base/banned.h
WARN := -Wall -Wextra -Wpedantic -Wshadow -Wvla -Wstrict-prototypes -Wmissing-prototypes \
        -Wframe-larger-than=$(FRAME) $(if $(CI),-Werror)
# Coroutine stacks are 256 KiB; a case holds several resources by value.
FRAME = 8192
$(B)/testcases/%: FRAME = 20480
VARIANT.plain :=
VARIANT.asan  := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
VARIANT.cov   := -O0 --coverage
ifeq ($(origin VARIANT.$(V)),undefined)
$(error V=$(V) is not a variant: plain, asan, cov)
endif

# Objects, not archives: cases and drivers are found by section, and a linker
# drops archive members that nothing names.
SRC  := $(sort $(shell find harness adapters testcases reports -name '*.c'))
TEST := $(sort $(wildcard tests/unit/*.c))
MAIN := $(B)/harness/main.o
OBJ  := $(filter-out $(MAIN),$(SRC:%.c=$(B)/%.o))
LINK  = $(CC) $(VARIANT.$(V)) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)

all: $(B)/$(PROG)
$(B)/$(PROG): $(MAIN) $(OBJ)
	$(LINK)
$(B)/unit: $(TEST:%.c=$(B)/%.o) $(OBJ)
	$(LINK) $(shell pkg-config --libs check)

# -MMD notes the headers read, -MP outlives a deleted one; a changed Makefile rebuilds.
$(B)/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(CC) $(STD) $(WARN) $(CFLAGS) $(VARIANT.$(V)) $(CPPFLAGS) $(PKG_CFLAGS) -MMD -MP -c -o $@ $<

clean:
	rm -rf build

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

-include $(SRC:%.c=$(B)/%.d) $(TEST:%.c=$(B)/%.d)
.PHONY: all clean
.DELETE_ON_ERROR:
