package dev.banyan.agent.firewall;

import dev.banyan.agent.host.HostException;
import dev.banyan.agent.host.VerifyPace;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.manager.Health;
import dev.banyan.runtime.manager.TaskComponent;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps our rules in the firewall of {@code iptables-legacy}, if there is one. Stopping it changes nothing. */
public final class LegacyLoop extends TaskComponent {
    private static final Logger LOG = LoggerFactory.getLogger(LegacyLoop.class);
    private static final Duration REST = Duration.ofSeconds(1);

    private final Env env;
    private final LegacyFirewall firewall;
    private final VerifyPace pace; // the loop's own
    private final Signal rest;
    private volatile String trouble = ""; // written by the loop

    public LegacyLoop(Env env, LegacyFirewall firewall) {
        super(env, "legacy-firewall");
        this.env = env;
        this.firewall = firewall;
        this.pace = new VerifyPace(env.time().nanos());
        this.rest = env.signal();
    }

    /** What cannot be done for this firewall keeps no other part from working. */
    @Override
    protected Health working() {
        return new Health(true, trouble);
    }

    @Override
    protected void run() throws InterruptedException {
        look();
        while (true) {
            var ignored = rest.await(REST);
            if (pace.due(env.time().nanos())) {
                look();
            }
        }
    }

    private void look() throws InterruptedException {
        long began = env.time().nanos();
        try {
            if (firewall.ensure()) {
                LOG.atInfo().log("the firewall of iptables-legacy accepts packets of the cluster");
            }
            trouble = "";
        } catch (HostException failed) {
            tell(failed);
        } finally {
            pace.looked(began, env.time().nanos());
        }
    }

    /** Once for each reason, as it is tried again every second. */
    private void tell(HostException failed) {
        if (!failed.reason().equals(trouble)) {
            LOG.atWarn().setCause(failed).log("the firewall of iptables-legacy may drop packets of the cluster");
        }
        trouble = failed.reason();
    }
}
