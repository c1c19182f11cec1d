package dev.banyan.agent.host.nft;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.banyan.agent.host.HostCommand;
import dev.banyan.agent.host.HostException;
import dev.banyan.runtime.env.TaskSpawner;
import java.io.BufferedReader;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * One nft that reads statements, a line for each transaction, and says what is wrong with them. It says nothing of what is right: so each
 * line is followed by a word that is no statement, and what came before the complaint about that word is all there is to say. For one
 * caller at a time.
 */
final class NftTalk implements AutoCloseable {
    /** Complaints repeat the statements; what is longer is cut. */
    private static final int SAID_MAX = 64 << 10;

    private final Process process;
    private final TaskSpawner tasks;
    private final BufferedReader complaints;
    private long count;

    private NftTalk(Process process, TaskSpawner tasks) {
        this.process = process;
        this.tasks = tasks;
        this.complaints = process.errorReader(UTF_8);
    }

    /**
     * Starts {@code program} and waits, {@code patience} at most, until it listens.
     *
     * @throws HostException when it does not
     */
    static NftTalk begin(List<String> program, TaskSpawner tasks, Duration patience) throws InterruptedException {
        // What it would write on its standard output is prompts and listings, and a history of its own at home.
        var builder = HostCommand.prepared(program).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("HOME", "/dev/null");
        boolean began = false;
        NftTalk talk;
        try {
            talk = new NftTalk(builder.start(), tasks);
        } catch (IOException e) {
            throw new HostException("`" + String.join(" ", program) + "` could not be started: " + e.getMessage(), e);
        }
        try {
            var ignored = talk.say("", patience);
            began = true;
            return talk;
        } finally {
            if (!began) {
                talk.close();
            }
        }
    }

    /**
     * What nft says to {@code statements}; nothing but white space when they were done.
     *
     * @throws HostException when it ended or said nothing in time: they were done or not
     */
    String say(String statements, Duration timeout) throws InterruptedException {
        var answer = new Answer(complaints, "banyan_" + ++count);
        var reading = tasks.spawn("nft answer", answer::read);
        try {
            var input = process.getOutputStream();
            input.write((statements + "\n" + answer.end + "\n").getBytes(UTF_8));
            input.flush();
        } catch (IOException gone) {
            // What it said before it ended is read all the same.
        }
        if (!reading.join(timeout)) {
            throw new HostException("the nft that stays did not answer within " + timeout);
        }
        if (!answer.whole) {
            throw new HostException(
                    "the nft that stays ended: " + answer.said.toString().strip());
        }
        return answer.said.toString();
    }

    /** Whether it has not ended by itself. */
    boolean alive() {
        return process.isAlive();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** What is said until the complaint about a word. Written by its task, read after that task was joined. */
    private static final class Answer {
        private final BufferedReader complaints;
        private final String end;
        private final StringBuilder said = new StringBuilder();
        private boolean whole;

        Answer(BufferedReader complaints, String end) {
            this.complaints = complaints;
            this.end = end;
        }

        void read() {
            try {
                var before = "";
                for (var line = complaints.readLine(); line != null; line = complaints.readLine()) {
                    if (line.equals(end)) {
                        whole = true;
                        return;
                    }
                    keep(before);
                    before = line;
                }
                keep(before);
            } catch (IOException ignored) {
                // It was ended; whoever did so knows why.
            }
        }

        /** But for the marks below a line, of which those below the word of the last time come late. */
        private void keep(String line) {
            boolean marks = line.chars().allMatch(c -> c == ' ' || c == '^' || c == '~');
            if (!marks && said.length() + line.length() <= SAID_MAX) {
                said.append(line).append('\n');
            }
        }
    }
}
