package dev.banyan.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.w3c.dom.Element;

/** The library asks its users for two small jars and nothing else; what needs more is in rooms that nobody has to enter. */
class AloneTest {
    /** Rooms that need a library which a user may not have. */
    private static final Pattern OPTIONAL = Pattern.compile(
            "dev/banyan/runtime/(json|protobuf|micrometer|opentelemetry|store/etcd|simulation/etcd|simulation/grpc|simulation/junit)/.*");

    private static final String PROGRAM =
            """
            import dev.banyan.runtime.cache.Informer;
            import dev.banyan.runtime.controller.*;
            import dev.banyan.runtime.env.SystemEnv;
            import dev.banyan.runtime.manager.ControllerManager;
            import dev.banyan.runtime.resource.*;
            import dev.banyan.runtime.store.*;
            import java.nio.file.*;
            import java.time.Duration;

            public class Hello {
                static class Text implements Codec<String> {
                    public Bytes encode(String value) { return Bytes.utf8(value); }
                    public String decode(Bytes bytes) { return bytes.toUtf8(); }
                }

                public static void main(String[] arguments) throws Exception {
                    for (String name : Files.readAllLines(Path.of(arguments[0]))) {
                        Class.forName(name).getDeclaredMethods(); // resolves every type that a signature names
                    }
                    var env = new SystemEnv();
                    var store = new MemoryStore(env);
                    var kind = new Kind<>("greetings", Kind.Scope.NAMESPACED, new Text(), new Text());
                    var informer = Informer.of(kind, store, env).build();
                    var greeted = env.signal();
                    informer.addHandler(event -> {
                        if (event.latest().status().equals("Hello, Ada")) {
                            greeted.raise();
                        }
                    });
                    var controller = Controller.named("hello", env)
                            .watches(informer, EventMapper.self())
                            .reconciler(store, (request, own) -> {
                                var greeting = informer.lister().get(request.key());
                                if (greeting.isEmpty()) {
                                    return Result.done();
                                }
                                var status = kind.status().encode("Hello, " + greeting.get().spec());
                                return Result.after(own.commit(Commit.of(new Write.UpdateStatus(
                                        request.key(), greeting.get().uid(), status))));
                            })
                            .build();
                    var manager = ControllerManager.of(informer, controller);
                    manager.start();
                    store.commit(Commit.of(new Write.Create(
                            Draft.of(kind.key("default", "first"), kind.spec().encode("Ada")))));
                    System.out.println(greeted.await(Duration.ofSeconds(60)) ? "greeted" : "waited in vain");
                    manager.stop();
                }
            }
            """;

    @TempDir
    private Path files;

    @Test
    void aControllerIsCompiledAndRunWithTwoJarsBesideTheLibrary() throws Exception {
        var source = Files.writeString(files.resolve("Hello.java"), PROGRAM);
        var names = Files.write(files.resolve("names"), ownClasses());
        var classPath = String.join(File.pathSeparator, "target/classes", jarOf(Logger.class), jarOf(NullMarked.class));

        var output = run("javac", "-cp", classPath, "-d", files.toString(), source.toString());
        assertThat(output).doesNotContain("error");
        output = run("java", "-cp", classPath + File.pathSeparator + files, "Hello", names.toString());

        assertThat(output.lines()).contains("greeted");
    }

    @Test
    void itsPomAsksForNothingElse() throws Exception {
        var required = new HashSet<String>();
        var all = new HashSet<String>();
        var pom = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new File("pom.xml"));
        var dependencies = pom.getElementsByTagName("dependency");
        for (int i = 0; i < dependencies.getLength(); i++) {
            var dependency = (Element) dependencies.item(i);
            all.add(text(dependency, "groupId"));
            if (!text(dependency, "optional").equals("true")
                    && !text(dependency, "scope").equals("test")) {
                required.add(text(dependency, "groupId") + ":" + text(dependency, "artifactId"));
            }
        }

        assertThat(required).isEqualTo(Set.of("org.jspecify:jspecify", "org.slf4j:slf4j-api"));
        assertThat(all).doesNotContain("dev.banyan");
    }

    private static String text(Element element, String name) {
        var children = element.getElementsByTagName(name);
        return children.getLength() == 0 ? "" : String.valueOf(children.item(0).getTextContent());
    }

    private static List<String> ownClasses() throws IOException {
        var classes = Path.of("target/classes");
        try (var all = Files.walk(classes)) {
            var names = all.map(file -> classes.relativize(file).toString().replace('\\', '/'))
                    .filter(name -> name.startsWith("dev/banyan/runtime/") && name.endsWith(".class"))
                    .filter(name -> !OPTIONAL.matcher(name).matches())
                    .map(name ->
                            name.substring(0, name.length() - ".class".length()).replace('/', '.'))
                    .filter(name -> !name.endsWith("package-info"))
                    .toList();
            assertThat(names).hasSizeGreaterThan(100).anyMatch(name -> name.contains(".jfr."));
            return names;
        }
    }

    private static String jarOf(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI())
                .toString();
    }

    private static String run(String tool, String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", tool).toString());
        command.addAll(List.of(arguments));
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
