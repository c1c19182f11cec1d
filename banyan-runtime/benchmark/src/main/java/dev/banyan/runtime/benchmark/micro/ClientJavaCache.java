package dev.banyan.runtime.benchmark.micro;

import io.kubernetes.client.informer.cache.Cache;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The cache inside the official Java client's informer. */
final class ClientJavaCache implements ObjectCache {
    private final Cache<V1ConfigMap> cache = new Cache<>();
    private final String[] keys;
    private long version;

    ClientJavaCache(int count) {
        cache.addIndexers(Map.of("group", ClientJavaCache::groups));
        keys = new String[count];
        for (int object = 0; object < count; object++) {
            version++;
            var made = object(object);
            keys[object] = cache.getKeyFunc().apply(made);
            cache.add(made);
        }
    }

    private static List<String> groups(V1ConfigMap object) {
        var meta = Objects.requireNonNull(object.getMetadata());
        return List.copyOf(Objects.requireNonNull(meta.getLabels()).values());
    }

    private V1ConfigMap object(int object) {
        return new V1ConfigMap()
                .metadata(new V1ObjectMeta()
                        .namespace("default")
                        .name(String.format("o%07d", object))
                        .uid("uid")
                        .resourceVersion(Long.toString(version))
                        .putLabelsItem("group", "g" + object % 100))
                .putDataItem("spec", "a small spec");
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
            cache.update(object((int) (version % keys.length)));
        }
    }

    @Override
    public void close() {}
}
