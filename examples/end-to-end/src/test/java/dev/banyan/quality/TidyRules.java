package dev.banyan.quality;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The rules themselves: pure functions from sources to violations. The numbers are those of {@code CONTRIBUTING.md}. */
final class TidyRules {
    static final int FILE_LINES = 500;
    static final int METHOD_LINES = 60;
    static final int PACKAGE_TYPES = 20;

    /** Time, randomness, tasks and blocking come in through {@code runtime.env}. */
    private static final Pattern NONDETERMINISM = Pattern.compile(
            "\\b(Instant\\.now|LocalDateTime\\.now|ZonedDateTime\\.now|OffsetDateTime\\.now|LocalDate\\.now|Clock\\.system\\w+"
                    + "|System\\.(nanoTime|currentTimeMillis)|Math\\.random|UUID\\.randomUUID|ThreadLocalRandom|Thread\\.sleep"
                    + "|TimeUnit\\.\\w+\\.sleep|LockSupport\\.park\\w*|Executors\\.\\w+|CompletableFuture|ForkJoinPool"
                    + "|Thread\\.(ofVirtual|ofPlatform|startVirtualThread))\\b"
                    + "|\\bnew (Random|SecureRandom|Thread|Timer|ThreadLocal)\\b");

    private static final Pattern BAG_NAME = Pattern.compile(
            "\\b(?:class|interface|record|enum)\\s+(\\w+(?:Impl|Utils?|Helper|Common|Base|Manager)|Abstract\\w+)\\b");

    private static final Pattern LATER = Pattern.compile("\\b(TODO|FIXME|XXX|HACK)\\b");

    private static final Pattern REFUSAL = Pattern.compile("\\bnew UnsupportedOperationException\\b");

    private static final Pattern IDLE_TEST = Pattern.compile("\\bThread\\.sleep\\b|\\bTimeUnit\\.\\w+\\.sleep\\b"
            + "|@Disabled\\w*|\\bassum(?:e|ing)(?:True|False|That)\\b|\\bAssumptions\\b|\\borg\\.mockito\\b");

    private static final Pattern TEST_FORM =
            Pattern.compile("\\bpublic (?:final )?class \\w+Test\\b|\\bvoid test[A-Z]\\w*");

    private static final Pattern SHELL = Pattern.compile("\"(?:/bin/|/usr/bin/)?(?:ba|da)?sh\"\\s*,\\s*\"-[a-z]*c\"");

    /** Anything but a constant, or a call of the API that formats. {@code .log()} is an accessor. */
    private static final Pattern SPOKEN = Pattern.compile(
            "\\.log\\((?!\\s*\"[^\"]*\"\\s*\\)|\\))" + "|\\b(?:LOG|log|logger)\\.(?:trace|debug|info|warn|error)\\(");

    private static final Pattern PLACEHOLDER = Pattern.compile("\\.log\\(\\s*\"[^\"]*\\{\\}");

    private static final Pattern PUBLIC_TYPE = Pattern.compile(
            "(?m)^[ \\t]*public (?:(?:static|final|sealed|non-sealed|abstract) )*(?:class|interface|record|enum|@interface) (\\w+)");

    private TidyRules() {}

    static List<Violation> all(List<SourceFile> files) {
        return Stream.of(
                        longFiles(files),
                        longMethods(files),
                        bagNames(files),
                        nondeterminism(files),
                        leftForLater(files),
                        idleTests(files),
                        testForms(files),
                        shells(files),
                        spokenLogs(files),
                        crowdedPackages(files),
                        silentPackages(files),
                        undocumentedTypes(files))
                .flatMap(List::stream)
                .toList();
    }

    static List<Violation> longFiles(List<SourceFile> files) {
        return files.stream()
                .map(file -> new Violation(
                        "file-length", file.path(), file.lineAt(file.text().length()) - 1, "more than " + FILE_LINES))
                .filter(violation -> violation.amount() > FILE_LINES)
                .toList();
    }

    static List<Violation> longMethods(List<SourceFile> files) {
        List<Violation> found = new ArrayList<>();
        for (SourceFile file : files) {
            for (var method : MethodScan.methods(file)) {
                if (method.lines() > METHOD_LINES) {
                    String place = file.path() + "#" + method.name();
                    found.add(new Violation("method-length", place, method.lines(), "line " + method.line()));
                }
            }
        }
        return found;
    }

    static List<Violation> bagNames(List<SourceFile> files) {
        return matches("bag-name", files, BAG_NAME).stream()
                .filter(violation -> !violation.hint().endsWith(" ControllerManager"))
                .toList();
    }

    static List<Violation> nondeterminism(List<SourceFile> files) {
        var outside = files.stream()
                .filter(file -> file.isMain() && !file.directory().endsWith("/dev/banyan/runtime/env"))
                .toList();
        return matches("nondeterminism", outside, NONDETERMINISM);
    }

    static List<Violation> leftForLater(List<SourceFile> files) {
        List<Violation> found = new ArrayList<>();
        for (SourceFile file : files) {
            LATER.matcher(file.comments())
                    .results()
                    .forEach(match -> found.add(violation("left-for-later", file, match)));
        }
        found.addAll(matches(
                "left-for-later", files.stream().filter(SourceFile::isMain).toList(), REFUSAL));
        return found;
    }

    static List<Violation> idleTests(List<SourceFile> files) {
        return matches("idle-test", tests(files), IDLE_TEST);
    }

    static List<Violation> testForms(List<SourceFile> files) {
        return matches("test-form", tests(files), TEST_FORM);
    }

    /** Programs get argument arrays; in tests a shell is a program like any other. Comments and text blocks do not count. */
    static List<Violation> shells(List<SourceFile> files) {
        List<Violation> found = new ArrayList<>();
        for (SourceFile file : files.stream().filter(SourceFile::isMain).toList()) {
            SHELL.matcher(file.text())
                    .results()
                    .filter(match -> file.code().charAt(match.start()) == '"')
                    .forEach(match -> found.add(violation("shell", file, match)));
        }
        return found;
    }

    /** A message is a constant, and what differs is a key and its value: so lines can be counted, filtered and compared. */
    static List<Violation> spokenLogs(List<SourceFile> files) {
        var logging = files.stream()
                .filter(file -> file.isMain() && file.code().contains("org.slf4j"))
                .toList();
        List<Violation> found = new ArrayList<>(matches("log-message", logging, SPOKEN));
        for (SourceFile file : logging) {
            PLACEHOLDER
                    .matcher(file.text())
                    .results()
                    .filter(match -> file.code().charAt(match.start()) == '.')
                    .forEach(match -> found.add(violation("log-message", file, match)));
        }
        return found;
    }

    static List<Violation> crowdedPackages(List<SourceFile> files) {
        Map<String, Long> types = files.stream()
                .filter(file -> file.isMain() && !file.name().equals("package-info"))
                .collect(Collectors.groupingBy(SourceFile::directory, TreeMap::new, Collectors.counting()));
        return types.entrySet().stream()
                .filter(entry -> entry.getValue() > PACKAGE_TYPES)
                .map(entry -> new Violation(
                        "package-size", entry.getKey(), entry.getValue().intValue(), "more than " + PACKAGE_TYPES))
                .toList();
    }

    /** Every package of main code has a package-info with a story of two sentences or more and {@code @NullMarked}. */
    static List<Violation> silentPackages(List<SourceFile> files) {
        Map<String, List<SourceFile>> rooms =
                files.stream().filter(SourceFile::isMain).collect(Collectors.groupingBy(SourceFile::directory));
        return rooms.entrySet().stream()
                .filter(room -> room.getValue().stream().noneMatch(TidyRules::tellsAStory))
                .map(room -> new Violation("package-story", room.getKey(), 1, "package-info, story, @NullMarked"))
                .toList();
    }

    private static boolean tellsAStory(SourceFile file) {
        return file.name().equals("package-info")
                && file.code().contains("@NullMarked")
                && file.text().startsWith("/**")
                && file.text().substring(0, file.text().indexOf("*/")).split("\\.[\\s]").length > 2;
    }

    /** The last thing before a public type, but for annotations, is the end of its Javadoc. */
    static List<Violation> undocumentedTypes(List<SourceFile> files) {
        List<Violation> found = new ArrayList<>();
        for (SourceFile file : files.stream().filter(SourceFile::isMain).toList()) {
            PUBLIC_TYPE
                    .matcher(file.code())
                    .results()
                    .filter(match -> !isDocumented(file.text().substring(0, match.start())))
                    .forEach(match -> found.add(violation("undocumented", file, match)));
        }
        return found;
    }

    private static boolean isDocumented(String before) {
        String[] lines = before.stripTrailing().split("\n");
        int last = lines.length - 1;
        while (last > 0 && lines[last].strip().startsWith("@")) {
            last--;
        }
        return lines[last].strip().endsWith("*/");
    }

    private static List<SourceFile> tests(List<SourceFile> files) {
        return files.stream().filter(file -> !file.isMain()).toList();
    }

    private static List<Violation> matches(String rule, List<SourceFile> files, Pattern pattern) {
        List<Violation> found = new ArrayList<>();
        for (SourceFile file : files) {
            pattern.matcher(file.code()).results().forEach(match -> found.add(violation(rule, file, match)));
        }
        return found;
    }

    private static Violation violation(String rule, SourceFile file, MatchResult match) {
        String what = match.group(match.groupCount()) == null ? match.group() : match.group(match.groupCount());
        return new Violation(rule, file.path(), 1, "line " + file.lineAt(match.start()) + " " + what.strip());
    }
}
