package dev.banyan.runtime.simulation.broken;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.simulation.campaign.ControllerWorld;
import dev.banyan.runtime.simulation.perturbation.Scenario;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Write;

/** A team is replaced by a larger one of the same name as soon as it has its members. */
record Story(String name, ControllerWorld.Start subject) implements Scenario {
    @Override
    public void start(Env env, Store store) {
        env.tasks().spawn("start", () -> subject.start(env, store));
    }

    @Override
    public void disturb(Store truth) {
        Teams.create(truth, 1);
        var old = Teams.alpha(truth).orElseThrow();
        truth.commit(Commit.of(Teams.member(old, 0), Write.status(Teams.TEAMS, old, "1")))
                .orFail();
        truth.commit(Commit.of(Write.delete(Teams.alpha(truth).orElseThrow()))).orFail();
        Teams.create(truth, 2);
    }

    @Override
    public void check(Store truth) {
        assertThat(Teams.difference(truth)).isEmpty();
    }
}
