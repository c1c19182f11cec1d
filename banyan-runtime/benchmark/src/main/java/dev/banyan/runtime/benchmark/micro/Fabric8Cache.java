package dev.banyan.runtime.benchmark.micro;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.informers.impl.cache.CacheImpl;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The cache inside fabric8's informer. */
final class Fabric8Cache implements ObjectCache {
    private final CacheImpl<ConfigMap> cache = new CacheImpl<>();
    private final String[] keys;
    private long version;

    Fabric8Cache(int count) {
        cache.addIndexers(Map.of(
                "group", object -> List.copyOf(object.getMetadata().getLabels().values())));
        keys = new String[count];
        for (int object = 0; object < count; object++) {
            version++;
            var made = object(object);
            keys[object] = cache.getKey(made);
            cache.put(made);
        }
    }

    private ConfigMap object(int object) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace("default")
                .withName(String.format("o%07d", object))
                .withUid("uid")
                .withResourceVersion(Long.toString(version))
                .addToLabels("group", "g" + object % 100)
                .endMetadata()
                .addToData("spec", "a small spec")
                .build();
    }

    @Override
    public Object get(int object) {
        return Objects.requireNonNull(cache.getByKey(keys[object]));
    }

    @Override
    public int group(String group) {
        return cache.byIndex("group", group).size();
    }

    @Override
    public int list() {
        return cache.list().size();
    }

    @Override
    public void apply(int changes) {
        for (int change = 0; change < changes; change++) {
            version++;
            cache.put(object((int) (version % keys.length)));
        }
    }

    @Override
    public void close() {}
}
