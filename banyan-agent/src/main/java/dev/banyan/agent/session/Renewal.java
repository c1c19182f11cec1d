package dev.banyan.agent.session;

import dev.banyan.api.client.BanyanClient;
import dev.banyan.api.identity.CredentialsDirectory;
import dev.banyan.api.identity.OwnKey;
import dev.banyan.api.wire.ApiException;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.manager.Health;
import dev.banyan.runtime.manager.TaskComponent;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Renews the agent's certificate at two thirds of its life, without cutting a connection. */
public final class Renewal extends TaskComponent {
    private static final Logger LOG = LoggerFactory.getLogger(Renewal.class);

    /** A month is left when renewal is first due; looking once in ten minutes is plenty and costs nothing. */
    private static final Duration PERIOD = Duration.ofMinutes(10);

    private final Env env;
    private final BanyanClient client;
    private final OwnKey key;
    private final CredentialsDirectory directory;
    private final Signal never;

    /** Renews {@code key} over {@code client} and keeps the result in {@code directory}. */
    public Renewal(Env env, BanyanClient client, OwnKey key, CredentialsDirectory directory) {
        super(env, "certificate");
        this.env = env;
        this.client = client;
        this.key = key;
        this.directory = directory;
        this.never = env.signal();
    }

    @Override
    protected Health working() {
        var expires = key.credentials().expires();
        return new Health(expires.isAfter(env.time().now()), "expires " + expires);
    }

    @Override
    protected void run() throws InterruptedException {
        do {
            if (!env.time().now().isBefore(key.credentials().renewAt())) {
                renew();
            }
        } while (!never.await(PERIOD));
    }

    private void renew() {
        try {
            var renewed = client.renew();
            directory.save(renewed);
            LOG.atInfo().addKeyValue("expires", renewed.expires()).log("certificate renewed");
        } catch (ApiException refused) {
            LOG.atWarn().setCause(refused).log("certificate not renewed, trying again");
        }
    }
}
