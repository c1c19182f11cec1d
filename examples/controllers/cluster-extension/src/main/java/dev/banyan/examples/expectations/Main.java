package dev.banyan.examples.expectations;

import dev.banyan.api.client.BanyanClient;
import dev.banyan.api.client.Endpoint;
import dev.banyan.api.client.Joining;
import dev.banyan.api.identity.CredentialsDirectory;
import dev.banyan.api.identity.JoinToken;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.wire.ApiException;
import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.controller.Controller;
import dev.banyan.runtime.controller.EventMapper;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.manager.ControllerManager;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.store.Store;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** A process of its own that extends a running cluster: joins it once, registers its kind, and keeps its objects. */
public final class Main {
    private static final String BY_SERVICE = "service";
    private static final Duration LOOK_AGAIN = Duration.ofMinutes(1);

    private Main() {}

    public static void main(String... words) throws Exception {
        if (words.length < 3) {
            System.err.println("usage: cluster-extension DIRECTORY TOKEN-FILE ENGINE...");
            System.exit(2);
        }
        var env = new SystemEnv();
        var directory = new CredentialsDirectory(Path.of(words[0]));
        var engines = List.of(Arrays.copyOfRange(words, 2, words.length));
        try {
            join(directory, Path.of(words[1]), engines, env);
            try (var client = BanyanClient.open(directory, engines, env)) {
                var registered = client.register(Expectation.DEFINITION);
                System.out.println(Expectation.KIND.name() + " is registered, version " + registered.getVersion());
                assemble(client.store(), env).start();
                System.out.println("keeping expectations");
                renewForEver(client, directory, env);
            }
        } catch (ApiException refused) {
            System.err.println("cluster-extension: " + refused.getMessage());
            refused.violations().forEach(each -> System.err.println("  " + each.field() + ": " + each.message()));
            System.exit(1);
        }
    }

    /** The token is spent at the first start; from then on the certificate in the directory is who we are. */
    private static void join(CredentialsDirectory directory, Path token, List<String> engines, Env env)
            throws Exception {
        if (directory.load().isPresent()) {
            return;
        }
        var newcomer = new Joining.Newcomer(
                JoinToken.parse(Files.readString(token)), Expectation.CONTROLLER, List.of());
        var joined = Joining.join(engines.stream().map(Endpoint::parse).toList(), newcomer, env);
        directory.save(joined.credentials());
        System.out.println("joined cluster " + joined.clusterId() + " as " + newcomer.name());
    }

    /** The same parts as inside the engine; the store is the cluster's, through whichever engine answers. */
    private static ControllerManager assemble(Store store, Env env) {
        var expectations = Informer.of(Expectation.KIND, store, env)
                .index(BY_SERVICE, each -> List.of(each.spec().service()))
                .build();
        var endpoints = Informer.of(Kinds.ENDPOINTS, store, env).build();
        var controller = Controller.named("expectations", env)
                .watches(expectations, EventMapper.self())
                .watches(
                        endpoints,
                        event -> expectations.lister().byIndex(BY_SERVICE, event.key().name()).stream()
                                .map(Resource::key)
                                .toList())
                .reconciler(new ExpectationReconciler(store, expectations.lister(), endpoints.lister()))
                .build();
        return ControllerManager.of(expectations, endpoints, controller);
    }

    /** A certificate is good for three months, and asked for anew after two. */
    private static void renewForEver(BanyanClient client, CredentialsDirectory directory, Env env)
            throws InterruptedException {
        var pause = env.signal();
        while (true) {
            pause.await(LOOK_AGAIN);
            var held = directory.load().orElseThrow();
            if (!env.time().now().isBefore(held.renewAt())) {
                try {
                    directory.save(client.renew());
                } catch (ApiException later) {
                    System.err.println("certificate is not renewed, trying again: " + later.getMessage());
                }
            }
        }
    }
}
