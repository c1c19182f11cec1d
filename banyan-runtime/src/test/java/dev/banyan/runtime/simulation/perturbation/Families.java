package dev.banyan.runtime.simulation.perturbation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.cache.Lister;
import dev.banyan.runtime.controller.Controller;
import dev.banyan.runtime.controller.EventMapper;
import dev.banyan.runtime.controller.Reconciler;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.resource.Texts;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Write;
import java.util.List;

/** A scenario of the simplest owning controller: a parent's spec says how many children it shall have, its status how many it has. */
final class Families implements Scenario {
    static final Kind<String, String> PARENTS = Texts.kind("parents");
    static final Kind<String, String> CHILDREN = Texts.kind("children");

    /** Makes the reconciler under test. */
    interface Maker {
        Reconciler over(Lister<String, String> parents, Lister<String, String> children, Store store, Env env);
    }

    private final String name;
    private final Maker maker;

    Families(String name, Maker maker) {
        this.name = name;
        this.maker = maker;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void start(Env env, Store store) {
        var parents = Informer.of(PARENTS, store, env).build();
        var children = Informer.of(CHILDREN, store, env)
                .index("parent", child -> List.of(child.spec()))
                .build();
        Controller.named("families", env)
                .watches(parents, EventMapper.self())
                .watches(children, EventMapper.owner(PARENTS))
                .reconciler(maker.over(parents.lister(), children.lister(), store, env))
                .build()
                .start();
        parents.start();
        children.start();
    }

    @Override
    public void disturb(Store truth) {
        truth.commit(Commit.of(new Write.Create(Draft.of(PARENTS.key("default", "smith"), Bytes.utf8("3")))));
    }

    @Override
    public void check(Store truth) {
        var children = truth.list(Selection.of("children"), ReadAt.LATEST).objects();
        var parent = truth.get(PARENTS.key("default", "smith"), ReadAt.LATEST)
                .map(PARENTS::decode)
                .orElseThrow();
        assertThat(children).as("children").hasSize(3);
        assertThat(parent.status()).as("status").isEqualTo("3");
    }

    static Write.Create child(Resource<String, String> parent, String name) {
        return new Write.Create(Draft.of(CHILDREN.key("default", name), Bytes.utf8(parent.name()))
                .ownedBy(parent.asOwner()));
    }

    static Write.UpdateStatus status(Resource<String, String> parent, int children) {
        return new Write.UpdateStatus(parent.key(), parent.uid(), Bytes.utf8(String.valueOf(children)));
    }
}
