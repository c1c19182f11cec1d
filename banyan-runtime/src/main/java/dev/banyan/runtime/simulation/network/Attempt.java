package dev.banyan.runtime.simulation.network;

import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.simulation.SimulatedHost;
import dev.banyan.runtime.simulation.SimulatedProcess;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;

/** One attempt to connect: asked again and again until somebody answers or the caller loses patience. */
final class Attempt {
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final int RETRIES_MAX = 6;

    private final SimulatedNetwork network;
    private final SimulatedProcess process;
    private final int port;
    private final String name;
    private final Way there;
    private final Way back;
    private final Signal answered;
    private Optional<Connection> connection = Optional.empty();
    private boolean refused;
    private boolean over;

    Attempt(SimulatedNetwork network, SimulatedProcess process, SimulatedHost host, int port) {
        this.network = network;
        this.process = process;
        this.port = port;
        this.name = process.name() + ">" + host.name() + ":" + port;
        this.there = network.way(process.host(), host);
        this.back = network.way(host, process.host());
        this.answered = process.env().signal();
    }

    Connection connect(Duration timeout) throws IOException, InterruptedException {
        var clock = process.env().time();
        long deadline = clock.nanos() + timeout.toNanos();
        try {
            if (there.strike(NetworkFaults.UNANSWERED).isEmpty()) {
                ask(0);
            }
            while (connection.isEmpty() && !refused && clock.nanos() < deadline) {
                answered.await(Duration.ofNanos(deadline - clock.nanos()));
            }
        } finally {
            over = true;
        }
        if (refused) {
            throw new ConnectException(name + ": connection refused");
        }
        return connection.orElseThrow(() -> new SocketTimeoutException(name + ": connect timed out"));
    }

    private void ask(int times) {
        network.simulation().after(there.delay(), () -> arrived(times));
    }

    private void arrived(int times) {
        if (isOver()) {
            return;
        }
        var listener = network.listener(there.to(), port);
        boolean dropped = there.strike(NetworkFaults.LOST).isPresent();
        if (!there.isOpen()
                || dropped
                || listener.map(found -> !found.hasRoom()).orElse(false)) {
            askLater(times);
        } else {
            boolean refuses = there.strike(NetworkFaults.REFUSED).isPresent();
            network.simulation().after(back.delay(), () -> answer(refuses ? Optional.empty() : listener, times));
        }
    }

    private void askLater(int times) {
        if (times < RETRIES_MAX) {
            network.simulation().after(RETRY.multipliedBy(1L << times), () -> ask(times + 1));
        }
    }

    private void answer(Optional<Listener> listener, int times) {
        if (isOver()) {
            return;
        }
        if (!back.isOpen()) {
            askLater(times);
        } else if (listener.filter(network::listens).isEmpty()) {
            network.note(name + ": refused");
            refused = true;
            answered.raise();
        } else {
            network.note(name + ": connected");
            connection = Optional.of(joined(listener.get()));
            over = true;
            answered.raise();
        }
    }

    private Connection joined(Listener listener) {
        var client = new Connection(network, process, name);
        var server = new Connection(network, listener.process(), name + " (accepted)");
        Connection.join(client, server);
        listener.offer(server);
        return client;
    }

    private boolean isOver() {
        return over || process.condition() == SimulatedProcess.Condition.DEAD;
    }
}
