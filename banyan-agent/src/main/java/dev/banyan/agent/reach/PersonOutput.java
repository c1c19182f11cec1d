package dev.banyan.agent.reach;

import dev.banyan.agent.session.ReachSource;
import dev.banyan.agent.session.ReachSource.Person;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;

/** What is written goes to a person in parts that are full. For one task; when the person has gone, writing fails as interrupted. */
final class PersonOutput extends OutputStream {
    private final Person person;
    private final byte[] part = new byte[ReachSource.PART_BYTES];
    private int filled;

    PersonOutput(Person person) {
        this.person = person;
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int at = offset;
        for (int left = length; left > 0; ) {
            int more = Math.min(left, part.length - filled);
            System.arraycopy(bytes, at, part, filled, more);
            filled += more;
            at += more;
            left -= more;
            if (filled == part.length) {
                flush();
            }
        }
    }

    @Override
    public void flush() throws IOException {
        if (filled == 0) {
            return;
        }
        try {
            if (!person.send(Outcomes.data(part, filled))) {
                throw new InterruptedIOException("the person has gone");
            }
            filled = 0;
        } catch (InterruptedException gone) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the person has gone");
        }
    }
}
