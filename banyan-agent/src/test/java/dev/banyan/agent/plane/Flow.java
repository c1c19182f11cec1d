package dev.banyan.agent.plane;

import dev.banyan.agent.plane.rules.End;
import dev.banyan.agent.plane.rules.Packet;

/** A flow as one server tracks it: the packet that began it, and the answer that is expected, before and after all translation. */
final class Flow {
    private final Packet original;
    private Packet answer;
    private boolean answered;

    Flow(Packet original) {
        this.original = original.unmarked();
        this.answer = original.answer();
    }

    boolean begins(Packet packet) {
        return original.equals(packet.unmarked());
    }

    boolean answers(Packet packet) {
        return answer.equals(packet.unmarked());
    }

    /** The destination of its packets is translated. */
    void leadTo(End target) {
        answer = answer.from(target);
    }

    /** The source of its packets is translated. */
    void comeFrom(End source) {
        answer = answer.to(source);
    }

    boolean led() {
        return !answer.from().equals(original.to());
    }

    /** What a packet is once all translation was done. */
    Packet translated(boolean back) {
        return back ? original.answer() : answer.answer();
    }

    Packet original() {
        return original;
    }

    Packet answer() {
        return answer;
    }

    void answered() {
        answered = true;
    }

    boolean isAnswered() {
        return answered;
    }
}
