package dev.banyan.agent.host.nft;

import dev.banyan.agent.host.CommandLine;
import dev.banyan.agent.host.CommandResult;
import dev.banyan.agent.host.CommandRunner;
import dev.banyan.agent.host.HostException;
import dev.banyan.runtime.env.TaskSpawner;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives short scripts of {@code nft -f -} to one nft that stays, and every other command to somebody else. An nft that ends has to wait
 * until the kernel let go of all that its transaction took away, which is most of the time of a small change; one that stays has not.
 *
 * <p>Guarantees: a script is one transaction, as with {@code nft -f -}. Where no nft stays, or another caller has it, the script goes the
 * other way.
 *
 * <p>Caveats: it works in the network namespace of whoever gave the first script. It ends with this process, however that ends.
 * Thread-safe.
 */
public final class StandingNft implements CommandRunner, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StandingNft.class);

    private static final List<String> SCRIPT = List.of("nft", "-f", "-");

    /** Reading is slow, a character at a time; and what is longer takes its time in the kernel anyway. Less than a pipe holds. */
    private static final int LENGTH_MAX = 16 << 10;

    /** Then another one is begun, so that what the program may leak is bounded. */
    private static final int SCRIPTS_MAX = 1_000;

    /** After so many that did not even begin, it is taken for granted that none will. */
    private static final int ATTEMPTS = 3;

    /** In which one has begun, or will not. */
    private static final Duration BEGIN = Duration.ofSeconds(5);

    private final CommandRunner others;
    private final TaskSpawner tasks;
    private final List<String> program;
    private final Duration patience;
    private final AtomicBoolean busy = new AtomicBoolean();
    private volatile boolean closed;

    // Of whoever made it busy:
    private Optional<NftTalk> talk = Optional.empty();
    private int scripts;
    private int failed;

    /** Commands that are no short scripts are run by {@code others}. */
    public StandingNft(CommandRunner others, TaskSpawner tasks) {
        this(others, tasks, List.of("nft", "-i"), BEGIN);
    }

    StandingNft(CommandRunner others, TaskSpawner tasks, List<String> program, Duration patience) {
        this.others = others;
        this.tasks = tasks;
        this.program = List.copyOf(program);
        this.patience = patience;
    }

    @Override
    public CommandResult run(CommandLine line) throws InterruptedException {
        if (!fits(line) || !busy.compareAndSet(false, true)) {
            return others.run(line);
        }
        try {
            return begin() ? say(line) : others.run(line);
        } finally {
            busy.set(false);
            if (closed) {
                close();
            }
        }
    }

    /** Whether it is a script that means the same when it is written as one line. */
    private static boolean fits(CommandLine line) {
        var script = line.input();
        return line.arguments().equals(SCRIPT)
                && !script.isEmpty()
                && script.length() <= LENGTH_MAX
                && script.indexOf('#') < 0
                && script.indexOf('\\') < 0
                && script.lines().allMatch(StandingNft::isWhole);
    }

    private static boolean isWhole(String statement) {
        return statement.chars().filter(c -> c == '{').count()
                == statement.chars().filter(c -> c == '}').count();
    }

    /** Whether there is one to talk to. */
    private boolean begin() throws InterruptedException {
        if (scripts >= SCRIPTS_MAX || !talk.map(NftTalk::alive).orElse(true)) {
            end();
        }
        if (talk.isEmpty() && !closed && failed < ATTEMPTS) {
            scripts = 0;
            try {
                talk = Optional.of(NftTalk.begin(program, tasks, patience));
                failed = 0;
            } catch (HostException unable) {
                failed++;
                LOG.atWarn()
                        .addKeyValue("reason", unable.reason())
                        .log("nft does not stay: changes of packet rules take longer");
            }
        }
        return talk.isPresent();
    }

    private CommandResult say(CommandLine line) throws InterruptedException {
        boolean answered = false;
        try {
            scripts++;
            var statements = line.input().lines().collect(Collectors.joining("; "));
            var said = talk.orElseThrow().say(statements, line.timeout());
            answered = true;
            return new CommandResult(line, said.contains("Error: ") ? 1 : 0, "", said);
        } finally {
            if (!answered) {
                end(); // whatever it still says belongs to this script
            }
        }
    }

    private void end() {
        talk.ifPresent(NftTalk::close);
        talk = Optional.empty();
    }

    /** Ends the one that stays; scripts that come later go the other way. */
    @Override
    public void close() {
        closed = true;
        if (busy.compareAndSet(false, true)) {
            end();
            busy.set(false);
        }
    }
}
