package dev.banyan.agent.plane;

import dev.banyan.agent.host.CommandLine;
import dev.banyan.agent.host.CommandResult;
import dev.banyan.agent.host.CommandRunner;
import dev.banyan.agent.host.HostException;
import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.agent.host.PortHold;
import dev.banyan.agent.host.PortSpace;
import dev.banyan.agent.host.SettingsTree;
import dev.banyan.runtime.env.RandomSource;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.fault.FaultPlan;
import java.time.Duration;

/**
 * An agent process's way to the kernel of its server. Commands take drawn time, so that others act in between, and go wrong as the plan of
 * faults says. Ports that the process holds are free when it ends.
 */
public final class KernelWay implements CommandRunner, PortSpace, SettingsTree {
    private static final Duration LATENCY_MAX = Duration.ofMillis(20);
    private static final Duration SLOW_MAX = Duration.ofSeconds(10);

    private final ServerKernel kernel;
    private final SimulatedProcess process;
    private final FaultPlan faults;
    private final RandomSource random;

    /** The way of {@code process} to {@code kernel}. */
    public KernelWay(ServerKernel kernel, SimulatedProcess process, FaultPlan faults) {
        this.kernel = kernel;
        this.process = process;
        this.faults = faults;
        this.random = process.env().random().fork("kernel");
    }

    @Override
    public CommandResult run(CommandLine line) {
        process.away(faults.latency(random, LATENCY_MAX));
        var place = process.name() + ">" + line.arguments().getFirst();
        faults.strike(PlaneFaults.COMMAND_SLOW, place)
                .ifPresent(drawn -> process.away(Duration.ofNanos(1 + drawn.nextLong(SLOW_MAX.toNanos()))));
        var failure = faults.strike(PlaneFaults.COMMAND_FAILS, place);
        if (failure.isPresent()) {
            if (failure.get().nextBoolean()) {
                throw new HostException("`" + line + "` could not be started: drawn");
            }
            return new CommandResult(line, 1, "", "Error: drawn");
        }
        return done(line, place);
    }

    private CommandResult done(CommandLine line, String place) {
        var death = faults.strike(PlaneFaults.AGENT_DIES, place).map(RandomSource::nextBoolean);
        death.filter(before -> before).ifPresent(before -> die());
        var result = kernel.run(line);
        death.ifPresent(before -> die());
        process.away(faults.latency(random, LATENCY_MAX));
        if (faults.strikes(PlaneFaults.COMMAND_UNANSWERED, place)) {
            throw new HostException("`" + line + "` took longer than it may: drawn");
        }
        return result;
    }

    private void die() {
        process.kill();
        process.away(Duration.ZERO); // does not come back
    }

    @Override
    public PortHold.Outcome open(PortHold.Transport transport, Ipv4Address address, int port) {
        refuse("bind");
        if (!address.equals(PortHold.EVERY_ADDRESS) && !kernel.isLocal(address)) {
            return new PortHold.Outcome.Elsewhere();
        }
        if (!kernel.bind(transport, port, process.name())) {
            return new PortHold.Outcome.InUse();
        }
        Runnable free = () -> kernel.free(transport, port, process.name());
        process.onEnd(free);
        return new PortHold.Outcome.Held(new PortHold(() -> {
            process.forget(free);
            free.run();
        }));
    }

    @Override
    public boolean has(String name) {
        return kernel.setting(name).isPresent();
    }

    @Override
    public String value(String name) {
        return kernel.setting(name).orElseThrow(() -> new HostException("could not read kernel setting " + name));
    }

    @Override
    public void set(String name, String value) {
        refuse("setting");
        if (!has(name)) {
            throw new HostException("could not set kernel setting " + name);
        }
        kernel.set(name, value);
    }

    private void refuse(String what) {
        if (faults.strikes(PlaneFaults.COMMAND_FAILS, process.name() + ">" + what)) {
            throw new HostException(what + " is refused: drawn");
        }
    }
}
