package dev.banyan.engine.secrets;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.ReleaseSpec;
import dev.banyan.api.v1.SealedBox;
import dev.banyan.api.v1.SealedEnvironment;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.manager.Health;
import dev.banyan.runtime.manager.TaskComponent;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Write;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees every five seconds whether the cluster's key is this engine's, and, while a former key is there, seals anew under the cluster's what that one
 * sealed. Once nothing of it has been found for a minute the former key is forgotten. Each step may be the last before a crash: what is done
 * already is found done.
 */
public final class KeyRotation extends TaskComponent {
    private static final Duration PERIOD = Duration.ofSeconds(5);

    /** An admission that took an older box with it has landed by then, and other engines have seen that the key is another one. */
    static final Duration CLEAN = Duration.ofMinutes(1);

    private static final Logger LOG = LoggerFactory.getLogger(KeyRotation.class);

    private final Vault vault;
    private final KekFile file;
    private final Store store;
    private final Env env;
    private final Signal never;
    private OptionalLong cleanSince = OptionalLong.empty();
    private long left; // of this round

    public KeyRotation(Vault vault, KekFile file, Store store, Env env) {
        super(env, "key-rotation");
        this.vault = vault;
        this.file = file;
        this.store = store;
        this.env = env;
        this.never = env.signal();
    }

    @Override
    protected Health working() {
        if (vault.isShut()) {
            return Health.notReady(Vault.ANOTHER_KEY);
        }
        return new Health(true, vault.keys().former().isPresent() ? "sealing under a new key" : "key " + vault.keyId());
    }

    @Override
    protected void run() throws InterruptedException {
        while (!never.await(PERIOD)) {
            try {
                round();
            } catch (RuntimeException failed) {
                // The next round does the same work again.
                LOG.atWarn().setCause(failed).log("the key was not looked after");
            }
        }
    }

    /** One round. */
    void round() {
        if (!file.isClusters(store, vault.keys())) {
            if (!vault.isShut()) {
                vault.shut();
                LOG.atError()
                        .addKeyValue("key", vault.keyId())
                        .log("the cluster seals with another key: nothing is sealed here any more");
            }
            return;
        }
        if (vault.keys().former().isEmpty()) {
            return;
        }
        left = 0;
        all();
        var now = env.time().nanos();
        if (left > 0) {
            LOG.atInfo().addKeyValue("boxes", left).log("sealed under the new key, or found under the former one");
            cleanSince = OptionalLong.empty();
        } else if (cleanSince.isEmpty()) {
            cleanSince = OptionalLong.of(now);
        } else if (env.time().since(cleanSince.getAsLong()).compareTo(CLEAN) >= 0) {
            var alone = vault.keys().withoutFormer();
            file.keep(alone);
            vault.use(alone);
            LOG.atInfo().addKeyValue("key", alone.id()).log("the former key is forgotten");
        }
    }

    private void all() {
        for (var kind : java.util.List.of(Kinds.SECRETS, Kinds.CONFIGS)) {
            each(kind, value -> box(
                            Purpose.value(kind.name(), value.namespace(), value.name()),
                            value.spec().getBox())
                    .map(box -> value.spec().toBuilder().setBox(box).build()));
        }
        var names = new HashMap<String, String>();
        each(Kinds.RELEASES, release -> {
            References.of(release.spec())
                    .forEach(content -> names.put(
                            ContentStore.key(release.namespace(), release.spec().getDeployment(), content, 0)
                                    .path()
                                    .replaceFirst("\\.0$", ""),
                            content));
            return release(release.namespace(), release.spec());
        });
        each(Kinds.TASKS, task -> {
            var container = task.spec().getContainer();
            return environment(
                            task.namespace(),
                            task.spec().getDeployment(),
                            task.spec().getService(),
                            container.getSealedEnvironment())
                    .map(anew -> task.spec().toBuilder()
                            .setContainer(container.toBuilder().setSealedEnvironment(anew))
                            .build());
        });
        contents(names);
    }

    private void contents(Map<String, String> names) {
        each(Kinds.CONTENTS, part -> {
            var key = Kinds.CONTENTS.key(part.namespace(), part.name());
            var name = names.get(key.path().substring(0, key.path().lastIndexOf('.')));
            var spec = part.spec();
            if (name == null) {
                // An upload that no release names yet; it is named soon, or goes.
                left += vault.isFormer(spec.getBox()) ? 1 : 0;
                return Optional.empty();
            }
            var app = part.name()
                    .substring(
                            0,
                            part.name().length()
                                    - ContentStore.suffix(name, spec.getPart()).length());
            return box(Purpose.part(part.namespace(), app, name, spec.getPart(), spec.getSize()), spec.getBox())
                    .map(box -> spec.toBuilder().setBox(box).build());
        });
    }

    private Optional<ReleaseSpec> release(String namespace, ReleaseSpec release) {
        var changed = release.toBuilder();
        boolean any = false;
        for (var service : changed.getManifestBuilder().getServicesBuilderList()) {
            var anew =
                    environment(namespace, release.getDeployment(), service.getName(), service.getSealedEnvironment());
            any |= anew.isPresent();
            anew.ifPresent(service::setSealedEnvironment);
        }
        return any ? Optional.of(changed.build()) : Optional.empty();
    }

    private Optional<SealedEnvironment> environment(
            String namespace, String app, String service, SealedEnvironment sealed) {
        return box(Purpose.environment(namespace, app, service), sealed.getBox())
                .map(box -> sealed.toBuilder().setBox(box).build());
    }

    /** Empty for one that needs nothing, or that never opens again: of that another key makes nothing worse. */
    private Optional<SealedBox> box(Purpose purpose, SealedBox box) {
        if (!vault.isFormer(box)) {
            return Optional.empty();
        }
        var again = vault.sealedAnew(purpose, box);
        if (again.isEmpty()) {
            LOG.atWarn()
                    .addKeyValue("purpose", purpose.what())
                    .addKeyValue("name", purpose.name())
                    .log("a box does not open");
        }
        left += again.isPresent() ? 1 : 0;
        return again;
    }

    /** One object of a kind. */
    private record One<S>(String namespace, String name, S spec) {}

    private interface Change<S> {
        Optional<S> of(One<S> object);
    }

    private <S, T> void each(Kind<S, T> kind, Change<S> change) {
        for (var object : store.list(Selection.of(kind.name()), ReadAt.LATEST).objects()) {
            var one = new One<>(
                    object.key().namespace(),
                    object.key().name(),
                    kind.decode(object).spec());
            change.of(one).ifPresent(spec -> {
                // Somebody else may have written it meanwhile: the next round sees it.
                var ignored = store.commit(Commit.of(new Write.Update(
                        object, Draft.from(object).withSpec(kind.spec().encode(spec)))));
            });
        }
    }
}
