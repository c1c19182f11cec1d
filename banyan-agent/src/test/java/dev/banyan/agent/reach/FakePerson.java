package dev.banyan.agent.reach;

import com.google.protobuf.ByteString;
import dev.banyan.agent.session.ReachSource;
import dev.banyan.api.v1.ReachDown;
import dev.banyan.api.v1.ReachUp;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Mailbox;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A person who types what a test says and keeps what comes. */
final class FakePerson implements ReachSource.Person {
    private final Mailbox<ReachUp> typed;
    private final List<ReachDown> seen = new CopyOnWriteArrayList<>();
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

    FakePerson(Env env) {
        this.typed = env.mailbox(4);
    }

    void types(String text) throws InterruptedException {
        types(text.getBytes(StandardCharsets.UTF_8));
    }

    void types(byte[] bytes) throws InterruptedException {
        for (int at = 0; at < bytes.length; at += ReachSource.PART_BYTES) {
            int length = Math.min(ReachSource.PART_BYTES, bytes.length - at);
            does(ReachUp.newBuilder().setData(ByteString.copyFrom(bytes, at, length)));
        }
    }

    void ends() throws InterruptedException {
        does(ReachUp.newBuilder().setEnd(true));
    }

    void does(ReachUp.Builder part) throws InterruptedException {
        typed.put(part.build());
    }

    List<ReachDown> seen() {
        return seen;
    }

    synchronized byte[] data() {
        return data.toByteArray();
    }

    synchronized String errors() {
        return errors.toString(StandardCharsets.UTF_8);
    }

    String text() {
        return new String(data(), StandardCharsets.UTF_8);
    }

    List<String> notes() {
        return seen.stream().filter(ReachDown::hasNote).map(ReachDown::getNote).toList();
    }

    @Override
    public ReachUp receive() throws InterruptedException {
        return typed.take();
    }

    @Override
    public synchronized boolean send(ReachDown part) {
        data.writeBytes(part.getData().toByteArray());
        errors.writeBytes(part.getErrors().toByteArray());
        if (!part.hasData() && !part.hasErrors()) {
            seen.add(part);
        }
        return true;
    }
}
