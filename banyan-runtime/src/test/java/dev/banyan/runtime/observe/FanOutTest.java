package dev.banyan.runtime.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.cache.CacheMetrics;
import dev.banyan.runtime.controller.ControllerMetrics;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class FanOutTest {
    private final List<String> heard = new CopyOnWriteArrayList<>();

    @Test
    void handsOnWhateverControllersAndCachesTell() throws Exception {
        for (var type : List.of(ControllerMetrics.class, CacheMetrics.class)) {
            for (var method : type.getMethods()) {
                if (!Modifier.isStatic(method.getModifiers())
                        && !method.getName().equals("began")) {
                    heard.clear();
                    tell(type, method);
                    assertThat(heard)
                            .as(method.toString())
                            .containsExactly("1 " + method.getName(), "2 " + method.getName());
                }
            }
        }
    }

    @Test
    void showsTheReconcilesOfAControllerToAllOnTheirThread() {
        var threads = new CopyOnWriteArrayList<Thread>();
        var metrics = new ControllerMetrics() {
            @Override
            public Running began(Run run) {
                threads.add(Thread.currentThread());
                return (ending, failure) -> {
                    threads.add(Thread.currentThread());
                    heard.add(run.controller() + " " + run.key().name() + " after " + run.failures() + " " + ending
                            + failure.map(thrown -> " " + thrown.getMessage()).orElse(""));
                };
            }
        };
        try (var greeter = new Greeter(
                FanOut.controllers(broken(), metrics), CacheMetrics.NONE, new StoreObserver() {}, () -> {})) {
            greeter.greet("shy");
            greeter.await(() -> heard.size() >= 2);
        }

        assertThat(heard.getFirst()).isEqualTo("hello shy after 0 FAILED cannot greet shy");
        assertThat(heard.get(1)).isEqualTo("hello shy after 1 DONE");
        for (int i = 0; i + 1 < threads.size(); i += 2) {
            assertThat(threads.get(i)).isSameAs(threads.get(i + 1));
        }
    }

    private static ControllerMetrics broken() {
        return new ControllerMetrics() {
            @Override
            public Running began(Run run) {
                throw new IllegalStateException("bad observer");
            }
        };
    }

    private void tell(Class<?> type, Method method) throws ReflectiveOperationException {
        var one = noting(type, "1");
        var other = noting(type, "2");
        Object all = type == ControllerMetrics.class
                ? FanOut.controllers((ControllerMetrics) one, (ControllerMetrics) other)
                : FanOut.caches((CacheMetrics) one, (CacheMetrics) other);
        method.setAccessible(true);
        method.invoke(
                all,
                Arrays.stream(method.getParameterTypes()).map(FanOutTest::some).toArray());
    }

    private Object noting(Class<?> type, String name) {
        return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
            heard.add(name + " " + method.getName());
            return null;
        });
    }

    private static Object some(Class<?> type) {
        var known = new ArrayList<Object>(List.of("name", 1, Duration.ZERO, Optional.empty()));
        known.addAll(List.of(ControllerMetrics.Ending.DONE, CacheMetrics.Cause.START));
        known.addAll(List.of(
                dev.banyan.runtime.queue.Lane.FRESH,
                new dev.banyan.runtime.resource.ObjectKey("things", "default", "one"),
                new dev.banyan.runtime.cache.Quarantined(
                        new dev.banyan.runtime.resource.ObjectKey("things", "default", "one"), 1, "bad"),
                new ControllerMetrics.Load(
                        new dev.banyan.runtime.queue.WorkQueue.Load(java.util.Map.of(), 0, 0, 0), 0, 0, 0)));
        return known.stream()
                .filter(value -> type == int.class ? value instanceof Integer : type.isInstance(value))
                .findFirst()
                .orElseThrow();
    }
}
