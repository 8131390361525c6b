# bluetti-tools
#
#   make                      build the programs: build/bt-poll, build/bt-decode …
#   make demo                 show the whole pipe, with a private MariaDB
#   make check                run the tests that need no root
#   make check T=poll F=word  run those of a file (test/poll.bats) and a word
#   make check-root           run the tests that need root
#   make check-long           run slow tests: sanitizers, valgrind, clang, fuzzing
#   make check-bluetooth      part of check-long: Linux's Bluetooth, in a guest
#   make check-system         test on bare Debians and other processors
#   make check-service        part of check-system: package and service
#   make check-page           part of check-system: the web page in a browser
#   make mutants              list changes of the programs that no test detects
#   make pictures             draw the pictures of README and manual, man/pictures
#   make coverage             count the lines that the tests execute, by folder
#   make analyze              run gcc -fanalyzer, cppcheck, clang-tidy
#   make bench                measure bt-decode, db-insert, and a year in both
#   make bench-full           measure queries in a database of ten years
#   make install              install into PREFIX (/usr/local); DESTDIR works
#   make uninstall            remove it; settings stay
#   make deb                  build build/deb/bluetti-tools_*.deb for this Debian
#   make deb-arm64            build it for arm64 (deb-armhf: for armhf)
#   make check-packages       test both of these under QEMU
#   make clean                remove the build folder
#   make help                 print this list
#
# V=1 shows the commands.
# demo, check and bench install the packages that they lack, and say so.

VERSION = 0.1.0
PREFIX = /usr/local
BUILD = build
DATADIR = $(PREFIX)/share/bluetti-tools

# --- what there is ----------------------------------------------------------

TOOLS = bt-poll bt-decode db-insert bt-scan bt-discover
MAPS = $(wildcard lib/maps/*.map lib/maps/*.part)
PAGES = $(wildcard man/*.[157])
SCRIPTS = bt-decode/home-assistant db-insert/classic-records db-insert/draw
SOURCES = $(wildcard lib/*/*.c bt-poll/*.c bt-decode/*.c bt-decode/import/*.c \
	db-insert/*.c bt-scan/*.c bt-discover/*.c test/unit/*.c test/sim/*.c test/vm/*.c \
	test/fuzz/*.c test/bench/*.c)
UNIT_TESTS = $(patsubst test/unit/%.c,$(BUILD)/unit/%,$(wildcard test/unit/*.c))
FUZZERS = $(patsubst test/fuzz/%.c,$(BUILD)/fuzz/%,\
	$(filter-out test/fuzz/main.c,$(wildcard test/fuzz/*.c)))

objects = $(patsubst %.c,$(BUILD)/obj/%.o,$(wildcard $(1)/*.c $(1)/import/*.c))

# --- how it is built --------------------------------------------------------

CFLAGS = -O2 -g
HARDENING = -fPIE -fstack-protector-strong -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
WARNINGS = -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes \
	-Wmissing-prototypes -Wpointer-arith -Wwrite-strings -Wformat=2 \
	-Wundef -Wvla
PKG_CONFIG = pkg-config

# Set here is what the project needs; CPPFLAGS, CFLAGS, LDFLAGS and WERROR
# are the caller's.
MY_CPPFLAGS = -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64 -Ilib \
	-DVERSION='"$(VERSION)"' -DDATADIR='"$(DATADIR)"'
MY_CFLAGS = -std=c17 $(WARNINGS) $(WERROR) $(HARDENING)
MY_LDFLAGS = -pie -Wl,-z,relro,-z,now

# libcrypto for encrypted stations: AES and P-256 that others keep safe. Each
# program is linked with those that it needs.
PACKAGES = bluez libcrypto jansson libmariadb
# Asked once, by the first recipe that needs it.
package_flags = $(eval package_flags := $$(shell $$(PKG_CONFIG) \
	--cflags --libs $$(PACKAGES)))$(package_flags)
LIBRARIES = -Wl,--as-needed $(filter -L% -l%,$(package_flags))

V = 0
say_0 = @printf '  %-4s %s\n' $(1) $@;
say = $(say_$(V))

.PHONY: all simulator fuzzers units fuzzing demo check check-long check-bluetooth
.PHONY: check-root check-service check-armv6 check-emulated check-system bench
.PHONY: check-packages deb deb-arm64 deb-armhf analyze
.PHONY: help packages install uninstall clean FORCE
.SECONDARY:
all: $(TOOLS:%=$(BUILD)/%)
help:
	@sed -n 's/^#   make/make/p' Makefile
simulator: $(BUILD)/bt-sim $(BUILD)/accelerate.so $(BUILD)/bluetooth.so \
		$(BUILD)/hci.so $(BUILD)/kill.so $(BUILD)/inject.so \
		$(BUILD)/inject-memory.so

# Says what is missing, instead of the compiler.
packages:
	@{ command -v $(firstword $(CC)) && $(PKG_CONFIG) --exists $(PACKAGES); } \
		>/dev/null 2>&1 || { test/install-packages --missing build && \
		echo 'not found: $(CC), $(PKG_CONFIG), or what it knows of' \
		'$(PACKAGES)' >&2; exit 1; }

$(BUILD)/obj/%.o: %.c | packages
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(MY_CPPFLAGS) $(CPPFLAGS) $(MY_CFLAGS) \
		$(filter-out -L% -l%,$(package_flags)) $(CFLAGS) -MMD -MP -c -o $@ $<

# Where the installed maps are is compiled in: another PREFIX, another object.
$(BUILD)/datadir: FORCE
	@mkdir -p $(@D)
	@echo '$(DATADIR)' | cmp -s - $@ || echo '$(DATADIR)' >$@
$(BUILD)/obj/lib/model/search-path.o: $(BUILD)/datadir

$(BUILD)/lib.a: $(call objects,lib/*)
	@rm -f $@
	$(call say,AR)$(AR) rcs $@ $^

link = $(call say,LD)$(CC) $(MY_CFLAGS) $(CFLAGS) $(MY_LDFLAGS) $(LDFLAGS) \
	-o $@ $^ $(LIBRARIES)

$(foreach tool,$(TOOLS),$(eval \
	$(BUILD)/$(tool): $(call objects,$(tool)) $(BUILD)/lib.a))
$(TOOLS:%=$(BUILD)/%):
	$(link)
$(BUILD)/bt-sim: $(call objects,test/sim) $(BUILD)/lib.a
	$(link)
$(BUILD)/bt-air: $(call objects,test/vm) $(BUILD)/lib.a
	$(link)
# Preloaded by tests, also into sanitized programs: never sanitized itself.
preloaded = $(call say,CC)$(CC) $(MY_CPPFLAGS) -std=c17 $(WARNINGS) $(WERROR) \
	-O2 -g -fPIC -shared -o $@ $<
$(BUILD)/%.so: test/%.c test/preload.h
	@mkdir -p $(@D)
	$(preloaded)
$(BUILD)/inject-memory.so: MY_CPPFLAGS += -DINJECT_MEMORY
$(BUILD)/inject-memory.so: test/inject.c test/preload.h
	@mkdir -p $(@D)
	$(preloaded)
$(BUILD)/unit/%: $(BUILD)/obj/test/unit/%.o $(BUILD)/lib.a
	@mkdir -p $(@D)
	$(link)
$(BUILD)/unit/session: $(BUILD)/obj/test/unit/session.o \
		$(BUILD)/obj/test/sim/sim-session.o \
		$(BUILD)/obj/test/sim/station-keys.o $(BUILD)/lib.a
	@mkdir -p $(@D)
	$(link)
$(BUILD)/bench/%: $(BUILD)/obj/test/bench/%.o
	@mkdir -p $(@D)
	$(link)
# db-insert that computes no sums, and one that touches no quarter hours either.
$(BUILD)/bench/db-insert-touching: $(BUILD)/obj/test/bench/no-step.o \
		$(filter-out %/sums-step.o,$(call objects,db-insert)) \
		$(BUILD)/lib.a
	@mkdir -p $(@D)
	$(link)
$(BUILD)/bench/db-insert-plain: $(BUILD)/obj/test/bench/no-step.o \
		$(BUILD)/obj/test/bench/no-touch.o \
		$(filter-out %/sums-step.o %/sums.o,$(call objects,db-insert)) \
		$(BUILD)/lib.a
	@mkdir -p $(@D)
	$(link)
# What one tool alone has is tried by itself.
$(BUILD)/unit/record: $(BUILD)/obj/test/unit/record.o \
		$(addprefix $(BUILD)/obj/db-insert/,record.o flat.o tree.o) \
		$(BUILD)/lib.a
	@mkdir -p $(@D)
	$(link)
$(BUILD)/unit/coverage: $(BUILD)/obj/bt-discover/coverage.o
$(BUILD)/unit/advert $(BUILD)/fuzz/advert: $(BUILD)/obj/bt-scan/advert.o
$(BUILD)/unit/advertisers: $(addprefix $(BUILD)/obj/bt-scan/,advert.o advertisers.o)
# Each is fed with its corpus by main.c, or by libFuzzer in its place.
FUZZ_MAIN = $(BUILD)/obj/test/fuzz/main.o
$(BUILD)/fuzz/%: $(BUILD)/obj/test/fuzz/%.o $(FUZZ_MAIN) $(BUILD)/lib.a
	@mkdir -p $(@D)
	$(link)
$(BUILD)/fuzz/option-file: $(BUILD)/obj/test/fuzz/option-file.o $(FUZZ_MAIN) \
		$(addprefix $(BUILD)/obj/db-insert/,option-file.o login-options.o) \
		$(BUILD)/lib.a
	@mkdir -p $(@D)
	$(link)
$(BUILD)/fuzz/spool: $(BUILD)/obj/test/fuzz/spool.o $(FUZZ_MAIN) \
		$(addprefix $(BUILD)/obj/db-insert/,checkpoint.o segment.o \
		spool-line.o spool-reader.o) $(BUILD)/lib.a
	@mkdir -p $(@D)
	$(link)
IMPORT = $(BUILD)/obj/bt-decode/input.o $(call objects,bt-decode/import)
$(BUILD)/fuzz/import: $(BUILD)/obj/test/fuzz/import.o $(FUZZ_MAIN) $(IMPORT) \
		$(BUILD)/lib.a
	@mkdir -p $(@D)
	$(link)
$(BUILD)/unit/cut-logs: $(BUILD)/obj/test/unit/cut-logs.o $(IMPORT) \
		$(BUILD)/lib.a
	@mkdir -p $(@D)
	$(link)
fuzzers: $(FUZZERS)
units: $(UNIT_TESTS)

-include $(SOURCES:%.c=$(BUILD)/obj/%.d)

# --- what is tried ----------------------------------------------------------

demo:
	test/install-packages build database
	$(MAKE) all simulator
	test/demo $(BUILD)

check:
	test/install-packages build database test
	$(MAKE) all simulator fuzzers units
	test/run $(BUILD)

check-root:
	test/install-packages build database test
	$(MAKE) all simulator fuzzers units
	test/run $(BUILD) root

# The same tests on builds that see more: each in a folder of its own.
SANITIZE = -fsanitize=address,undefined -fno-sanitize-recover=all
SANITIZED = BUILD=$(BUILD)/sanitize HARDENING= WERROR=-Werror \
	CFLAGS='-O1 -g -fno-omit-frame-pointer $(SANITIZE)'
check-long:
	test/install-packages build database test cluster broker long
	$(MAKE) CC=clang BUILD=$(BUILD)/clang WERROR=-Werror all simulator
	$(MAKE) $(SANITIZED) check
	$(MAKE) check-bluetooth
	VALGRIND=yes test/run $(BUILD)
	test/run $(BUILD) long

# The Linux kernel's own Bluetooth, in a guest: see test/vm/README. With
# BLUETOOTH_GUEST=no it is left out.
AIR = all $(1)/bt-sim $(1)/bt-air
check-bluetooth:
ifeq ($(BLUETOOTH_GUEST),no)
	@echo 'skipped, as BLUETOOTH_GUEST=no says: cases on the Bluetooth of a kernel'
else
	test/install-packages build database test guest
	$(MAKE) $(call AIR,$(BUILD))
	$(MAKE) $(SANITIZED) $(call AIR,$(BUILD)/sanitize)
	test/vm/run $(BUILD) $(BUILD) $(BUILD)/sanitize
endif

# Raspberry Pi OS is for ARMv6.
check-armv6:
	test/install-packages build armv6
	test/foreign/armv6 $(BUILD)

check-emulated: check-armv6
	test/install-packages database test emulator
	T='unit fuzz pipe' test/foreign/emulated $(BUILD)/armv6-root \
		test/run $(BUILD)/armv6

# make check on bare systems: all of it on Debian 12 of 32 bit, which shows
# both; on Debian 13 the files that depend on the system.
BARE = bookworm-i386 trixie-amd64
BARE_trixie-amd64 = T='unit fuzz structure install pipe decode import format \
	poll insert server spool login upgrade views status draw moving grafana'
.PHONY: $(BARE:%=check-bare-%)
$(BARE:%=check-bare-%): check-bare-%:
	test/install-packages container
	test/foreign/bare $(subst -, ,$*) $(BARE_$*)

# The packages for other processors.
check-packages: deb-arm64 deb-armhf
	test/install-packages emulator
	test/foreign/package arm64 $(BUILD)
	test/foreign/package armhf $(BUILD)

# The package in a clean system, and its service there.
check-service: deb
	test/install-packages database test container
	$(MAKE) simulator
	T=service test/run $(BUILD) foreign

# The page in a browser.
.PHONY: check-page
check-page:
	test/install-packages build database test browser
	$(MAKE) all
	T=page test/run $(BUILD) foreign

check-system: check-emulated check-service check-page $(BARE:%=check-bare-%)

.PHONY: pictures
pictures:
	test/install-packages build database test browser pictures
	$(MAKE) $(BUILD)/db-insert
	test/pictures $(BUILD)

bench:
	test/install-packages build database test bench
	$(MAKE) $(BUILD)/bt-decode $(BUILD)/bench/frames $(BUILD)/db-insert \
		$(BUILD)/bench/db-insert-touching $(BUILD)/bench/db-insert-plain
	test/bench/decode $(BUILD)
	test/bench/insert $(BUILD)
	test/bench/years $(BUILD) 1

.PHONY: bench-full
bench-full:
	test/install-packages build database test bench
	$(MAKE) $(BUILD)/db-insert
	test/bench/years $(BUILD) 10

# Changes the programs, one change at a time: do the tests notice?
# MUTANTS=100 SEED=1 ONLY=bt-poll PATIENCE=600: see test/mutation/run.
.PHONY: mutants check-mutants coverage
mutants:
	test/install-packages build database test
	$(MAKE) all simulator units
	test/mutation/run $(BUILD)

# Some of them, in three minutes.
check-mutants:
	MUTANTS=40 SECONDS_MAX=120 PATIENCE=30 LEAST=60 $(MAKE) mutants

# Which lines the tests run: less than 95 of 100 of a folder are a failure.
coverage:
	test/install-packages build database test
	mkdir -p $(BUILD)/coverage
	$(CC) -c -o $(BUILD)/coverage/exit.o test/coverage/exit.c
	$(MAKE) BUILD=$(BUILD)/coverage HARDENING= CFLAGS='-O0 -g --coverage' \
		LDFLAGS='-Wl,--wrap=_exit $(BUILD)/coverage/exit.o' \
		all simulator fuzzers units
	test/run $(BUILD)/coverage
	test/coverage/report $(BUILD)/coverage

# What can be found without running anything.
analyze:
	test/install-packages build analyze
	test/analyze

# build/fuzzing/fuzz/NAME: what libFuzzer drives, for a long time if you like.
fuzzing:
	$(MAKE) CC=clang BUILD=$(BUILD)/fuzzing HARDENING= WERROR=-Werror \
		FUZZ_MAIN= LDFLAGS=-fsanitize=fuzzer \
		CFLAGS='-O1 -g $(SANITIZE) -fsanitize=fuzzer-no-link' fuzzers

# --- where it goes ----------------------------------------------------------

# Where units, settings and completions are looked for. Settings that are there
# already stay.
SYSCONFDIR = $(if $(filter /usr /usr/local,$(PREFIX)),/etc,$(PREFIX)/etc)
UNITDIR = $(PREFIX)/lib/systemd/system
LIBEXECDIR = $(PREFIX)/libexec/bluetti-tools
BASHDIR = $(PREFIX)/share/bash-completion/completions
ZSHDIR = $(PREFIX)/share/zsh/site-functions

# Texts name these paths as they are by default.
localize = sed -e 's|/usr/local/share/bluetti-tools|$(DATADIR)|g' \
	-e 's|/usr/local|$(PREFIX)|g' -e 's|/usr/bin:/usr/bin:|/usr/bin:|g' \
	-e 's|/etc/bluetti/|$(SYSCONFDIR)/bluetti/|g'
# $(call put,MODE,FILE,PLACE)
put = install -D -m $(1) /dev/null '$(DESTDIR)$(3)' && \
	$(localize) $(2) >'$(DESTDIR)$(3)'
keep = test -e '$(DESTDIR)$(3)' || { $(put); }
settings = $(SYSCONFDIR)/bluetti/bluetti.conf $(SYSCONFDIR)/bluetti/database.cnf \
	$(SYSCONFDIR)/logrotate.d/bluetti

install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(DATADIR)/maps
	install -m 755 $(TOOLS:%=$(BUILD)/%) $(DESTDIR)$(PREFIX)/bin
	install -m 644 $(MAPS) $(DESTDIR)$(DATADIR)/maps
	install -m 644 $(wildcard db-insert/*.sql) db-insert/grafana.json $(DESTDIR)$(DATADIR)
	for page in $(PAGES); do \
		$(call put,644,$$page,$(PREFIX)/share/man/man'"$${page##*.}/$${page##*/}"') || \
		exit; \
	done
	$(call put,755,lib/package/bluetti-service,$(LIBEXECDIR)/bluetti-service)
	for script in $(SCRIPTS); do \
		$(call put,755,$$script,$(LIBEXECDIR)/'"$${script##*/}"') || exit; \
	done
	$(call put,644,lib/package/bluetti.service,$(UNITDIR)/bluetti.service)
	$(call keep,644,lib/package/bluetti.conf,$(word 1,$(settings)))
	$(call keep,600,lib/package/database.cnf,$(word 2,$(settings)))
	$(call keep,644,lib/package/bluetti.logrotate,$(word 3,$(settings)))
	for tool in $(TOOLS); do \
		$(call put,644,lib/package/bluetti-tools.bash,$(BASHDIR)/'$$tool') || exit; \
	done
	$(call put,644,lib/package/_bluetti_tools,$(ZSHDIR)/_bluetti_tools)

# Settings may hold somebody's work, and a password.
uninstall:
	rm -f $(TOOLS:%=$(DESTDIR)$(PREFIX)/bin/%) $(TOOLS:%=$(DESTDIR)$(BASHDIR)/%)
	rm -f $(DESTDIR)$(UNITDIR)/bluetti.service $(DESTDIR)$(ZSHDIR)/_bluetti_tools
	rm -rf $(DESTDIR)$(DATADIR) $(DESTDIR)$(LIBEXECDIR)
	for page in $(PAGES); do \
		rm -f $(DESTDIR)$(PREFIX)/share/man/man$${page##*.}/$${page##*/}; \
	done
	@echo 'these stay: $(settings:%=$(DESTDIR)%)'

# build/deb/bluetti-tools_VERSION_ARCHITECTURE.deb
DEB = $(BUILD)/deb/bluetti-tools-$(VERSION)
deb:
	test/install-packages build package
	rm -rf $(BUILD)/deb
	mkdir -p $(DEB)
	cp -r Makefile LICENSE CHANGELOG.md README.md $(TOOLS) lib man $(DEB)
	cp -r lib/package $(DEB)/debian
	cd $(DEB) && dpkg-buildpackage -us -uc -b --no-check-builddeps $(DEB_OPTIONS)
	lintian --fail-on error,warning $(BUILD)/deb/*.changes

# build/ARCHITECTURE/deb/bluetti-tools_VERSION_ARCHITECTURE.deb
deb-arm64 deb-armhf: deb-%:
	test/install-packages build package $*
	lib/package/foreign-deb $* $(BUILD)

clean:
	rm -rf $(BUILD)
