package dev.banyan.agent.reach;

import com.google.protobuf.ByteString;
import dev.banyan.agent.session.ReachSource.Person;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;

/** What a person sends, to its end. For one task; when the person has gone, reading fails as interrupted. */
final class PersonInput extends InputStream {
    private final Person person;
    private ByteString part = ByteString.EMPTY;
    private int at;
    private boolean ended;

    PersonInput(Person person) {
        this.person = person;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        while (at == part.size() && !ended) {
            next();
        }
        if (at == part.size()) {
            return -1;
        }
        int read = Math.min(length, part.size() - at);
        part.substring(at, at + read).copyTo(into, offset);
        at += read;
        return read;
    }

    private void next() throws IOException {
        try {
            var received = person.receive();
            ended = received.hasEnd();
            part = received.getData();
            at = 0;
        } catch (InterruptedException gone) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the person has gone");
        }
    }
}
