package dev.banyan.runtime.benchmark.micro;

/** The cache of a library, filled with objects {@code o0}, {@code o1} ... that an index files under {@code g0} to {@code g99}. */
interface ObjectCache {
    Object get(int object);

    /** The objects of a group. */
    int group(String group);

    int list();

    /** Takes in so many changes of objects, one after the other. */
    void apply(int changes) throws InterruptedException;

    void close();

    static ObjectCache of(String library, int objects) throws InterruptedException {
        return switch (library) {
            case "banyan" -> BanyanCache.filled(objects);
            case "fabric8" -> new Fabric8Cache(objects);
            case "client-java" -> new ClientJavaCache(objects);
            default -> throw new IllegalArgumentException("no cache of " + library);
        };
    }
}
