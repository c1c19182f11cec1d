package dev.banyan.examples.hello;

import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.controller.Controller;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.manager.ControllerManager;
import dev.banyan.runtime.simulation.campaign.ControllerWorld;
import dev.banyan.runtime.simulation.campaign.Trial;
import dev.banyan.runtime.simulation.junit.SimulationTest;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Write;
import java.util.Optional;

class HelloSimulationTest {
    @SimulationTest(seeds = 1000)
    void greetsAdaWhateverHappens(Trial trial) {
        var ada = Hello.PEOPLE.key("", "ada");
        var world = new ControllerWorld(trial);
        world.start("greeter", HelloSimulationTest::start);
        world.truth().commit(Commit.of(Write.create(Hello.PEOPLE, ada, "Ada"))).orFail();
        world.settles(() -> {
            var said = world.truth().get(ada, ReadAt.LATEST).map(Hello.PEOPLE::decode).orElseThrow().status();
            return said.equals("Hello, Ada!") ? Optional.empty() : Optional.of("Ada is told: " + said);
        });
    }

    private static void start(Env env, Store store) throws InterruptedException {
        var people = Informer.of(Hello.PEOPLE, store, env).build();
        var reconciler = Hello.greeter(people.lister(), store);
        var greeter = Controller.named("greeter", env).watches(people).reconciler(reconciler);
        ControllerManager.of(people, greeter.build()).start();
    }
}
