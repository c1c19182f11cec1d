package dev.banyan.runtime.observe;

import dev.banyan.runtime.cache.CacheMetrics;
import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.controller.Controller;
import dev.banyan.runtime.controller.ControllerMetrics;
import dev.banyan.runtime.controller.EventMapper;
import dev.banyan.runtime.controller.Request;
import dev.banyan.runtime.controller.Result;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.manager.ControllerManager;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Texts;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Write;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/** A whole controller that greets, watched: whoever is named {@code shy} fails once, {@code mute} for ever, {@code deaf} cannot be greeted. */
public final class Greeter implements AutoCloseable {
    private static final Kind<String, String> GREETINGS = Texts.kind("greetings");
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Env env = new SystemEnv();
    private final MemoryStore truth = new MemoryStore(env);
    private final Store store;
    private final Informer<String, String> informer;
    private final ControllerManager manager;
    private final Set<ObjectKey> met = ConcurrentHashMap.newKeySet();
    private final Runnable inside;

    /** Greets under the eyes of all three; {@code inside} runs within each reconcile. */
    public Greeter(ControllerMetrics controllers, CacheMetrics caches, StoreObserver stores, Runnable inside) {
        this.inside = inside;
        this.store = new ObservedStore(truth, env, stores);
        this.informer = Informer.of(GREETINGS, store, env).metrics(caches).build();
        var controller = Controller.named("hello", env)
                .watches(informer, EventMapper.self())
                .metrics(controllers)
                .reconciler(store, this::greet)
                .build();
        this.manager = ControllerManager.of(informer, controller);
        manager.start();
    }

    public Informer<String, String> informer() {
        return informer;
    }

    /** Adds somebody and waits until that one is greeted, or is met if that cannot be. */
    public void greet(String name) {
        var key = GREETINGS.key("default", name);
        store.commit(Commit.of(new Write.Create(Draft.of(key, GREETINGS.spec().encode(name)))));
        await(() -> name.equals("mute")
                ? met.contains(key)
                : informer.lister()
                        .get(key)
                        .filter(greeting -> greeting.status().startsWith("Hello"))
                        .isPresent());
    }

    /** Waits until something holds. */
    public void await(BooleanSupplier condition) {
        long start = env.time().nanos();
        while (!condition.getAsBoolean()) {
            if (env.time().since(start).compareTo(PATIENCE) > 0) {
                throw new AssertionError("waited in vain");
            }
            try {
                env.signal().await(Duration.ofMillis(10));
            } catch (InterruptedException interrupted) {
                throw new AssertionError(interrupted);
            }
        }
    }

    @Override
    public void close() {
        manager.stop();
    }

    private Result greet(Request request, Store own) {
        inside.run();
        var greeting = informer.lister().get(request.key());
        if (greeting.isEmpty() || !greeting.get().status().isEmpty()) {
            return Result.done();
        }
        var name = greeting.get().spec();
        if (met.add(request.key()) && name.equals("shy") || name.equals("mute")) {
            throw new IllegalStateException("cannot greet " + name);
        }
        var status = GREETINGS.status().encode("Hello, " + name);
        return Result.after(own.commit(
                Commit.of(new Write.UpdateStatus(request.key(), greeting.get().uid(), status))));
    }
}
