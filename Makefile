# The commands of the project. Each sets up what it needs.
.PHONY: demo test chaos check bench screenshots

# The whole product on this machine, and a handset to text the bot.
demo:
	@scripts/install
	@.venv/bin/threadline demo $(ARGS)

# The whole suite on both engines. One test: make test ARGS='-k story'
test:
	@scripts/test -p tests.chaos.summary $(ARGS)

# Everything goes wrong for some minutes, on both engines. Again: make chaos CHAOS_SEED=7
chaos:
	@CHAOS_KILLS=$${CHAOS_KILLS:-20} scripts/test -n 0 -s tests/chaos $(ARGS)

# Formatting, lint, types, import contracts.
check:
	@scripts/check

# Messages per second, beside the floor program. Every scenario: make bench ARGS=all
bench:
	@scripts/bench $(ARGS)

# Pictures of the pages in docs/pictures, from a running demo.
screenshots:
	@scripts/screenshots $(ARGS)
