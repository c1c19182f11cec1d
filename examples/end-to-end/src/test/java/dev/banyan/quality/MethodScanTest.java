package dev.banyan.quality;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.quality.MethodScan.Method;
import java.util.List;
import org.junit.jupiter.api.Test;

class MethodScanTest {
    @Test
    void aMethodIsAsLongAsItsLines() {
        assertThat(
                        scan(
                                """
                class A {
                    int f(int a) {
                        return a;
                    }

                    A() {}
                }
                """))
                .containsExactly(new Method("f", 2, 3), new Method("A", 6, 1));
    }

    @Test
    void aHeaderMayHaveGenericsAnnotationsAndThrows() {
        assertThat(
                        scan(
                                """
                class A {
                    @Deprecated(since = {"1", "2"})
                    <T extends B<T>> List<T> f(@C(1) T a, Function<T, U> g)
                            throws IOException, D {
                    }
                }
                """))
                .containsExactly(new Method("f", 3, 3));
    }

    @Test
    void controlFlowLambdasAndTypesAreNoMethods() {
        assertThat(
                        scan(
                                """
                record R(int a) {
                    R {
                        if (a > 0) {
                            for (int i = 0; i < a; i++) { g(() -> { h(); }); }
                        } else if (a < 0) {
                        }
                    }

                    int f() {
                        try (var x = y()) { } catch (E e) { } finally { }
                        synchronized (this) { while (true) { } }
                        var z = new B() { };
                        return switch (a) { case 1 -> { yield 2; } default -> 3; };
                    }
                }
                """))
                .extracting(Method::name)
                .containsExactly("f");
    }

    @Test
    void aMethodOfAnAnonymousClassCountsByItself() {
        assertThat(
                        scan(
                                """
                class A {
                    B f() {
                        return new B() {
                            void g() {
                            }
                        };
                    }
                }
                """))
                .containsExactly(new Method("g", 4, 2), new Method("f", 2, 6));
    }

    private static List<Method> scan(String text) {
        return MethodScan.methods(SourceFile.of("A.java", text));
    }
}
