package dev.banyan.runtime.api;

import dev.banyan.runtime.store.Store;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The classes that somebody wrote for the library. */
final class Classes {
    /** Compiled from {@code .proto} files. */
    private static final String GENERATED = "dev.banyan.runtime.store.etcd.wire.";

    private Classes() {}

    static List<Class<?>> ofTheLibrary() throws IOException, URISyntaxException, ClassNotFoundException {
        var root = Path.of(
                Store.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        try (var files = Files.walk(root)) {
            var classes = new ArrayList<Class<?>>();
            for (var file : files.map(root::relativize).map(Path::toString).toList()) {
                if (file.endsWith(".class") && !file.endsWith("-info.class")) {
                    var name =
                            file.substring(0, file.length() - ".class".length()).replace('/', '.');
                    if (!name.startsWith(GENERATED)) {
                        classes.add(Class.forName(name, false, Store.class.getClassLoader()));
                    }
                }
            }
            return classes;
        }
    }
}
