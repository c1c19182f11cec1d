package dev.banyan.agent.dns;

import dev.banyan.agent.dns.zone.Zone;
import dev.banyan.agent.dns.zone.ZoneFormat;
import dev.banyan.agent.dns.zone.ZoneFormat.Kept;
import dev.banyan.agent.dns.zone.ZonePlan;
import dev.banyan.agent.host.CheckedFile;
import dev.banyan.agent.host.HostException;
import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.agent.host.VerifyPace;
import dev.banyan.api.v1.AgentSpec;
import dev.banyan.api.v1.AgentStatus;
import dev.banyan.api.v1.EndpointsSpec;
import dev.banyan.api.v1.EndpointsStatus;
import dev.banyan.api.v1.ServiceSpec;
import dev.banyan.api.v1.ServiceStatus;
import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.cache.Quarantined.QuarantinedException;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.manager.Health;
import dev.banyan.runtime.manager.TaskComponent;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the zone that is answered from, the rules that lead questions, and what is kept of both on disk equal to the cluster. Stopping it
 * changes nothing.
 */
public final class NamesLoop extends TaskComponent {
    private static final Logger LOG = LoggerFactory.getLogger(NamesLoop.class);
    private static final Duration LOOK_UP = Duration.ofSeconds(1);

    /** After a change: a burst of them is one more zone. */
    private static final Duration REST = Duration.ofMillis(50);

    /** Between two writes of the file. */
    private static final Duration KEEP = Duration.ofSeconds(1);

    private final Env env;
    private final Names names;
    private final NamesRules rules;
    private final CheckedFile memory;
    private final Sources sources;
    private final Signal changed;
    private final Signal rest;
    private final AtomicBoolean news = new AtomicBoolean(true);
    private final VerifyPace pace; // the loop's own
    private volatile Health health = new Health(false, "nothing known yet"); // written by the loop
    private Optional<Kept> shown = Optional.empty(); // the loop's own, as all below
    private Optional<Kept> written = Optional.empty();
    private Optional<String> unreadable = Optional.empty();
    private Optional<List<Ipv4Address>> led = Optional.empty();
    private long writtenNanos;

    /**
     * Where the names come from.
     *
     * @param self name of this agent
     */
    public record Sources(
            String self,
            Informer<AgentSpec, AgentStatus> agents,
            Informer<ServiceSpec, ServiceStatus> services,
            Informer<EndpointsSpec, EndpointsStatus> endpoints) {
        boolean synced() {
            return agents.synced() && services.synced() && endpoints.synced();
        }

        Kept now() {
            return new Kept(
                    HelpingAgents.of(self, agents.lister().lastReadable()),
                    ZonePlan.of(services.lister().lastReadable(), endpoints.lister()));
        }
    }

    public NamesLoop(Env env, Names names, NamesRules rules, CheckedFile memory, Sources sources) {
        super(env, "names");
        this.env = env;
        this.names = names;
        this.rules = rules;
        this.memory = memory;
        this.sources = sources;
        this.changed = env.signal();
        this.rest = env.signal();
        this.pace = new VerifyPace(env.time().nanos());
        this.writtenNanos = env.time().nanos() - KEEP.toNanos();
        follow(sources.agents());
        follow(sources.services());
        follow(sources.endpoints());
    }

    private void follow(Informer<?, ?> informer) {
        informer.addDirectHandler(event -> news.set(true));
        informer.addProgressListener(revision -> {
            if (news.get()) {
                changed.raise();
            }
        });
    }

    @Override
    protected Health working() {
        return health;
    }

    @Override
    protected void run() throws InterruptedException {
        resume();
        while (true) {
            var ignored = changed.await(LOOK_UP);
            try {
                step();
            } catch (HostException failed) {
                health = Health.notReady(failed.reason());
                LOG.atError().setCause(failed).log("names cannot be kept up");
            }
            ignored = rest.await(REST);
        }
    }

    /** What was answered before the restart is answered again, until an engine says what is now. */
    private void resume() {
        try {
            switch (memory.read()) {
                case CheckedFile.Contents.Intact(var text) -> show(ZoneFormat.read(text));
                case CheckedFile.Contents.Absent() -> {}
                case CheckedFile.Contents.Damaged(var reason) ->
                    LOG.atWarn().addKeyValue("reason", reason).log("kept names are unusable");
            }
        } catch (HostException | IllegalArgumentException unusable) {
            LOG.atWarn().setCause(unusable).log("kept names are unusable");
        }
    }

    private void show(Kept kept) {
        names.show(Zone.of(rules.ranges(), kept.services()));
        shown = Optional.of(kept);
    }

    private void step() throws InterruptedException {
        look();
        if (shown.isPresent()) {
            lead(shown.get().helpers());
            keep(shown.get());
        }
        health = unreadable
                .map(Health::notReady)
                .or(() -> shown.map(kept -> new Health(true, kept.services().size() + " services")))
                .orElse(health);
    }

    private void look() {
        if (!sources.synced() || !news.getAndSet(false)) {
            return;
        }
        try {
            var now = sources.now();
            unreadable = Optional.empty();
            if (!shown.equals(Optional.of(now))) {
                show(now);
            }
        } catch (QuarantinedException held) {
            // What is answered stays: to go on without an object would be to decide from its absence.
            unreadable = Optional.of(String.valueOf(held.getMessage()));
            news.set(true);
        }
    }

    /** At a change, and where somebody else changed the kernel. */
    private void lead(List<Ipv4Address> helpers) throws InterruptedException {
        long began = env.time().nanos();
        if (led.equals(Optional.of(helpers)) && !pace.due(began)) {
            return;
        }
        try {
            if (rules.ensure(helpers) && led.equals(Optional.of(helpers))) {
                LOG.atInfo().log(
                        "the rules that lead questions for names were changed by somebody else, and are mended");
            }
            led = Optional.of(helpers);
        } finally {
            pace.looked(began, env.time().nanos());
        }
    }

    private void keep(Kept kept) {
        long now = env.time().nanos();
        if (written.equals(Optional.of(kept)) || now - writtenNanos < KEEP.toNanos()) {
            return;
        }
        writtenNanos = now;
        memory.write(ZoneFormat.write(kept));
        written = Optional.of(kept);
    }
}
