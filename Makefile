# The commands of the project. Each sets up what it needs.
.PHONY: demo test check bench

# The whole product on this machine, and a handset to text the bot.
demo:
	@scripts/install
	@.venv/bin/threadline demo $(ARGS)

# The whole suite on both engines. One test: make test ARGS='-k story'
test:
	@scripts/test $(ARGS)

# Formatting, lint, types, import contracts.
check:
	@scripts/check

# Messages per second, beside the floor program. Every scenario: make bench ARGS=all
bench:
	@scripts/bench $(ARGS)
