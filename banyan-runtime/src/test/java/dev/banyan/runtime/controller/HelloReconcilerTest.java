package dev.banyan.runtime.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.manager.ControllerManager;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.Texts;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.Write;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A whole controller in forty lines: whoever is named in a greeting's spec is greeted in its status. */
class HelloReconcilerTest {
    private static final Kind<String, String> GREETINGS = Texts.kind("greetings");

    @Test
    void greetsWhoeverIsNamed() throws InterruptedException {
        var env = new SystemEnv();
        var store = new MemoryStore(env);
        var greetings = Informer.of(GREETINGS, store, env).build();
        var greeted = env.signal();
        greetings.addHandler(event -> {
            if (event.latest().status().equals("Hello, Ada")) {
                greeted.raise();
            }
        });
        var hello = Controller.named("hello", env)
                .watches(greetings, EventMapper.self())
                .reconciler(request -> {
                    var greeting = greetings.lister().get(request.key());
                    if (greeting.isEmpty()) {
                        return Result.done();
                    }
                    var status =
                            GREETINGS.status().encode("Hello, " + greeting.get().spec());
                    var write =
                            new Write.UpdateStatus(request.key(), greeting.get().uid(), status);
                    return Result.after(store.commit(Commit.of(write)));
                })
                .build();
        var manager = ControllerManager.of(greetings, hello);

        manager.start();
        var key = GREETINGS.key("default", "first");
        store.commit(Commit.of(new Write.Create(Draft.of(key, GREETINGS.spec().encode("Ada")))));

        assertThat(greeted.await(Duration.ofMinutes(2))).isTrue();
        assertThat(manager.health().ready()).isTrue();
        manager.stop();
        assertThat(manager.health().ready()).isFalse();
    }
}
