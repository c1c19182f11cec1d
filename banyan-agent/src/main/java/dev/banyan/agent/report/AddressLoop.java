package dev.banyan.agent.report;

import dev.banyan.api.kinds.settings.PortRules;
import dev.banyan.api.v1.AgentReportStatus;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.manager.Health;
import dev.banyan.runtime.manager.TaskComponent;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the addresses of this server, which come and go: leases end, IPv6 takes a new one now and then for privacy, links are added. The
 * others keep containers from them by what is reported.
 */
public final class AddressLoop extends TaskComponent {
    private static final Logger LOG = LoggerFactory.getLogger(AddressLoop.class);

    /** A look is some calls of the kernel; until the next one a new address is not kept from containers. */
    private static final Duration PERIOD = Duration.ofSeconds(2);

    private final Env env;
    private final Supplier<List<String>> addresses;
    private final ReportLoop report;
    private volatile Health health = new Health(false, "not looked yet"); // written by the loop
    private List<String> told; // the loop's own

    /** {@code addresses} answers those of this moment, sorted; they are told at once, and by {@code report} whenever they change. */
    public AddressLoop(Env env, Supplier<List<String>> addresses, ReportLoop report) {
        super(env, "addresses");
        this.env = env;
        this.addresses = addresses;
        this.report = report;
        this.told = addresses.get();
        report.change(status -> with(status, told));
    }

    private static AgentReportStatus with(AgentReportStatus status, List<String> addresses) {
        Predicate<String> ofIpv6 = PortRules::isIpv6;
        return status.toBuilder()
                .clearAddresses()
                .addAllAddresses(addresses.stream().filter(ofIpv6.negate()).toList())
                .clearIpv6Addresses()
                .addAllIpv6Addresses(addresses.stream().filter(ofIpv6).toList())
                .build();
    }

    @Override
    protected Health working() {
        return health;
    }

    @Override
    protected void run() throws InterruptedException {
        var pause = env.signal();
        while (true) {
            look();
            var ignored = pause.await(PERIOD);
        }
    }

    /** What cannot be looked at for a moment is as it was. */
    private void look() {
        try {
            var now = List.copyOf(addresses.get());
            health = new Health(true, now.size() + " addresses");
            if (!now.equals(told)) {
                LOG.atInfo().addKeyValue("addresses", now).log("addresses of this server changed");
                told = now;
                report.change(status -> with(status, now));
            }
        } catch (UncheckedIOException unreadable) {
            health = new Health(false, String.valueOf(unreadable.getMessage()));
        }
    }
}
