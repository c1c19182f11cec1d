package dev.banyan.examples.hello;

import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.cache.Lister;
import dev.banyan.runtime.controller.Controller;
import dev.banyan.runtime.controller.Reconciler;
import dev.banyan.runtime.controller.Result;
import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.manager.ControllerManager;
import dev.banyan.runtime.resource.Codec;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Write;
import java.util.concurrent.CountDownLatch;

/** Keeps a greeting in the status of every person: the spec is a name, the status what to say. */
public final class Hello {
    static final Kind<String, String> PEOPLE = new Kind<>("people", Kind.Scope.CLUSTER, Codec.TEXT, Codec.TEXT);

    static Reconciler greeter(Lister<String, String> people, Store store) {
        return request -> people.get(request.key())
                .filter(person -> !person.status().equals("Hello, " + person.spec() + "!"))
                .map(person -> Write.status(PEOPLE, person, "Hello, " + person.spec() + "!"))
                .map(greeting -> Result.after(store.commit(Commit.of(greeting))))
                .orElse(Result.done());
    }

    public static void main(String... names) throws InterruptedException {
        var env = new SystemEnv();
        var store = new MemoryStore(env);
        var people = Informer.of(PEOPLE, store, env).build();
        var greeter = Controller.named("greeter", env).watches(people).reconciler(greeter(people.lister(), store));
        var greeted = new CountDownLatch(names.length);
        people.addHandler(event -> {
            if (!event.latest().status().isEmpty()) {
                System.out.println(event.latest().status());
                greeted.countDown();
            }
        });
        try (var manager = ControllerManager.of(people, greeter.build())) {
            manager.start();
            for (var name : names) {
                store.commit(Commit.of(Write.create(PEOPLE, PEOPLE.key("", name.toLowerCase()), name))).orFail();
            }
            greeted.await();
        }
    }
}
