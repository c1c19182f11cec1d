package dev.banyan.runtime.simulation.grpc;

import dev.banyan.runtime.env.Signal;
import io.grpc.Attributes;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import java.util.ArrayDeque;

/** A call at the server. Its own task alone calls the service; any task of the server's process answers. */
final class WireServerCall<Q, R> extends ServerCall<Q, R> {
    private final ServerEnd end;
    private final MethodDescriptor<Q, R> method;
    private final int number;
    private final Signal wake;
    private final ArrayDeque<Frame.Message> inbox = new ArrayDeque<>();
    private final Window window = new Window();
    private boolean readyToTell = true;
    private boolean halfClosed;
    private boolean halfCloseTold;
    private boolean headersSent;
    private boolean closed;
    private boolean broken;
    private boolean cancelled;
    private int wanted;

    WireServerCall(ServerEnd end, MethodDescriptor<Q, R> method, int number, Signal wake) {
        this.end = end;
        this.method = method;
        this.number = number;
        this.wake = wake;
    }

    /** The call's task: does what is due until the call has ended. */
    void serve(ServerCallHandler<Q, R> handler, Metadata headers) throws InterruptedException {
        var context = Context.ROOT.withCancellation();
        var before = context.attach();
        try {
            var listener = handler.startCall(this, headers);
            while (!ended(listener)) {
                if (!stepped(listener)) {
                    wake.await();
                }
            }
        } catch (RuntimeException escaped) {
            if (!closed) {
                close(Status.UNKNOWN.withDescription("the service has failed"), new Metadata());
            }
            throw escaped;
        } finally {
            context.detach(before);
            context.cancel(null);
            end.ended(number);
        }
    }

    private boolean ended(Listener<Q> listener) {
        if (closed) {
            listener.onComplete();
        } else if (broken) {
            cancelled = true;
            listener.onCancel();
        }
        return closed || broken;
    }

    private boolean stepped(Listener<Q> listener) {
        if (readyToTell) {
            readyToTell = false;
            listener.onReady();
        } else if (wanted > 0 && !inbox.isEmpty()) {
            wanted--;
            var message = inbox.remove();
            int tell = window.took(message.bytes());
            if (tell > 0) {
                end.send(new Frame.Taken(number, tell));
            }
            listener.onMessage(method.parseRequest(message.content()));
        } else if (halfClosed && inbox.isEmpty() && !halfCloseTold) {
            halfCloseTold = true;
            listener.onHalfClose();
        } else {
            return false;
        }
        return true;
    }

    void received(Frame.Message message) {
        inbox.add(message);
        wake.raise();
    }

    void halfClosed() {
        halfClosed = true;
        wake.raise();
    }

    void taken(int bytes) {
        readyToTell |= window.opened(bytes);
        wake.raise();
    }

    /** The client is gone. */
    void broken() {
        broken = true;
        wake.raise();
    }

    @Override
    public void request(int messages) {
        wanted += messages;
        wake.raise();
    }

    @Override
    public void sendHeaders(Metadata headers) {
        if (headersSent || closed) {
            throw new IllegalStateException("headers are sent once, before messages and the end");
        }
        headersSent = true;
        send(new Frame.Headers(number, headers));
    }

    @Override
    public void sendMessage(R message) {
        if (!headersSent || closed) {
            throw new IllegalStateException("messages are sent after headers and before the end");
        }
        if (!broken) {
            var content = method.streamResponse(message);
            int bytes = WireClientCall.length(content);
            window.sent(bytes);
            send(new Frame.Message(number, content, bytes));
        }
    }

    @Override
    public boolean isReady() {
        return !closed && !broken && window.open();
    }

    @Override
    public void close(Status status, Metadata trailers) {
        if (closed) {
            throw new IllegalStateException("a call is closed once");
        }
        if (!broken) {
            closed = true;
            send(new Frame.Ended(number, status, trailers));
            wake.raise();
        }
    }

    @Override
    public boolean isCancelled() {
        return cancelled;
    }

    @Override
    public MethodDescriptor<Q, R> getMethodDescriptor() {
        return method;
    }

    @Override
    public Attributes getAttributes() {
        return end.attributes();
    }

    private void send(Frame frame) {
        if (!broken) {
            end.send(frame);
        }
    }
}
