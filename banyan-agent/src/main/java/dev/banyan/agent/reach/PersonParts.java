package dev.banyan.agent.reach;

import com.google.protobuf.ByteString;
import dev.banyan.agent.session.ReachSource.Person;
import dev.banyan.api.parts.PartInput;
import dev.banyan.api.parts.PartOutput;
import dev.banyan.api.v1.ReachDown;
import java.io.InterruptedIOException;
import java.util.Optional;

/** The data of a session as streams, each for one task; when the person has gone, both fail as interrupted. */
final class PersonParts {
    private PersonParts() {}

    /** What a person sends, to its end. */
    static PartInput from(Person person) {
        return new PartInput(() -> {
            var received = person.receive();
            return received.hasEnd() ? Optional.<ByteString>empty() : Optional.of(received.getData());
        });
    }

    /** What is written goes to a person. */
    static PartOutput to(Person person) {
        return new PartOutput(part -> {
            if (!person.send(ReachDown.newBuilder().setData(part).build())) {
                throw new InterruptedIOException("the person has gone");
            }
            return true;
        });
    }
}
