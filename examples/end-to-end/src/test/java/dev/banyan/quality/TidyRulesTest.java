package dev.banyan.quality;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every rule is shown one source that breaks it and one, as close as possible, that does not. */
class TidyRulesTest {
    private static final String ROOM = "banyan-engine/src/main/java/dev/banyan/engine/liveness";
    private static final String TESTS = "banyan-engine/src/test/java/dev/banyan/engine/liveness";

    @Test
    void aFileHasFiveHundredLinesAtMost() {
        assertThat(amounts(TidyRules::longFiles, main("x\n".repeat(500)))).isEmpty();
        assertThat(amounts(TidyRules::longFiles, main("x\n".repeat(501)))).containsExactly(501);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "LOG.atInfo().log(\"joined \" + name)",
                "LOG.atInfo().log(message)",
                "LOG.atInfo()\n  .log(\"joined {}\", name)",
                "LOG.atInfo().log(\"joined {}\")",
                "LOG.atInfo().log(() -> name)",
                "LOG.atInfo().log(String.format(\"joined %s\", name))",
                "LOG.info(\"joined\")",
                "LOG.warn(\"joined {}\", name)"
            })
    void logMessagesAreConstants(String call) {
        assertThat(TidyRules.spokenLogs(
                        List.of(main("import org.slf4j.Logger; class A { void f() { " + call + "; } }"))))
                .isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "LOG.atInfo().addKeyValue(\"agent\", name).log(\"agent joined\")",
                "LOG.atInfo().log(\n  \"agent joined\")",
                "var file = settings.log()",
                "// LOG.info(name)"
            })
    void whatDiffersIsAKeyAndItsValue(String call) {
        assertThat(TidyRules.spokenLogs(
                        List.of(main("import org.slf4j.Logger; class A { void f() { " + call + "; } }"))))
                .isEmpty();
    }

    @Test
    void aMethodHasSixtyLinesAtMost() {
        assertThat(amounts(TidyRules::longMethods, main("class A { void f() {" + "\n".repeat(59) + "} }")))
                .isEmpty();
        assertThat(TidyRules.longMethods(List.of(main("class A { void f() {" + "\n".repeat(60) + "} }"))))
                .containsExactly(new Violation("method-length", ROOM + "/A.java#f", 61, "line 1"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "class FooImpl {}",
                "final class FooUtil {}",
                "class FooUtils {}",
                "interface FooHelper {}",
                "record FooCommon(int a) {}",
                "class FooBase {}",
                "enum FooManager {}",
                "abstract class AbstractFoo {}"
            })
    void bagNamesAreRefused(String text) {
        assertThat(amounts(TidyRules::bagNames, main(text))).containsExactly(1);
    }

    @Test
    void aNameMayContainTheWordsElsewhere() {
        assertThat(amounts(
                        TidyRules::bagNames,
                        main(
                                "class ControllerManager {} class ManagerView {} class ImplicitUtilisation {} class Database {}"
                                        + " // class FooImpl")))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Instant.now()",
                "System.nanoTime()",
                "System.currentTimeMillis()",
                "new Random(1)",
                "new SecureRandom()",
                "ThreadLocalRandom.current()",
                "UUID.randomUUID()",
                "Thread.sleep(1)",
                "new Thread(r)",
                "Thread.ofVirtual()",
                "Executors.newCachedThreadPool()",
                "CompletableFuture<X> f()"
            })
    void timeRandomnessAndTasksComeFromEnvOnly(String call) {
        var inEnv = SourceFile.of("banyan-runtime/src/main/java/dev/banyan/runtime/env/A.java", call);
        var inTest = SourceFile.of(TESTS + "/ATest.java", call);
        var elsewhere = main("/** " + call + " */ x(\"" + call + "\");");

        assertThat(amounts(TidyRules::nondeterminism, main(call))).containsExactly(1);
        assertThat(amounts(TidyRules::nondeterminism, inEnv, inTest, elsewhere)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"// TODO mend", "/* FIXME */", "/** XXX */", "throw new UnsupportedOperationException();"})
    void nothingIsLeftForLater(String text) {
        assertThat(amounts(TidyRules::leftForLater, main(text))).containsExactly(1);
    }

    @Test
    void aStringMaySpeakOfWorkToDo() {
        assertThat(amounts(TidyRules::leftForLater, main("f(\"TODO\"); catch (UnsupportedOperationException e)")))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Thread.sleep(1);", "@Disabled", "@DisabledOnOs(X)", "assumeTrue(x);", "import org.mockito.M;"})
    void testsNeitherSleepNorSkipNorMock(String text) {
        assertThat(amounts(TidyRules::idleTests, SourceFile.of(TESTS + "/ATest.java", text)))
                .isNotEmpty();
        assertThat(amounts(TidyRules::idleTests, main(text))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"public class FooTest {", "public final class FooTest {", "void testFoo() {"})
    void testsAreSentencesAndPackagePrivate(String text) {
        assertThat(amounts(TidyRules::testForms, SourceFile.of(TESTS + "/ATest.java", text)))
                .containsExactly(1);
    }

    @Test
    void aTestMayBePlain() {
        var plain = SourceFile.of(TESTS + "/ATest.java", "class FooTest { @Test void testimonyIsHeard() {} }");

        assertThat(amounts(TidyRules::testForms, plain)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"of(\"sh\", \"-c\", x)", "of(\"/bin/bash\", \"-ec\")", "of(\"sh\",\n  \"-c\")"})
    void programsGetArgumentsNotShellText(String text) {
        assertThat(amounts(TidyRules::shells, main(text))).containsExactly(1);
        assertThat(amounts(TidyRules::shells, SourceFile.of(TESTS + "/ATest.java", text)))
                .isEmpty();
    }

    @Test
    void aManifestMayAskForAShell() {
        assertThat(amounts(
                        TidyRules::shells,
                        main("// of(\"sh\", \"-c\")\n"),
                        main("x = \"\"\"\n  command: [\"sh\", \"-c\", \"ls\"]\n  \"\"\";"),
                        main("of(\"push\", \"-c\")")))
                .isEmpty();
    }

    @Test
    void aPackageHasTwentyTypesAtMost() {
        List<SourceFile> files = new ArrayList<>(List.of(SourceFile.of(ROOM + "/package-info.java", "")));
        for (int i = 0; i < 20; i++) {
            files.add(SourceFile.of(ROOM + "/A" + i + ".java", ""));
            files.add(SourceFile.of(TESTS + "/A" + i + "Test.java", ""));
        }
        assertThat(TidyRules.crowdedPackages(files)).isEmpty();

        files.add(SourceFile.of(ROOM + "/B.java", ""));
        assertThat(TidyRules.crowdedPackages(files))
                .containsExactly(new Violation("package-size", ROOM, 21, "more than 20"));
    }

    @Test
    void aPackageTellsItsStory() {
        var type = main("class A {}");
        String story = "/**\n * Does it.\n *\n * <p>This way.\n */\n@NullMarked\npackage x;";

        assertThat(TidyRules.silentPackages(List.of(type, info(story)))).isEmpty();
        assertThat(TidyRules.silentPackages(List.of(type)))
                .containsExactly(new Violation("package-story", ROOM, 1, "package-info, story, @NullMarked"));
        assertThat(TidyRules.silentPackages(List.of(info(story.replace("@NullMarked\n", "")))))
                .hasSize(1);
        assertThat(TidyRules.silentPackages(List.of(info(story.replace("<p>This way.", "")))))
                .hasSize(1);
        assertThat(TidyRules.silentPackages(List.of(info("@NullMarked\npackage x;"))))
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "package x;\n\npublic class A {}",
                "package x;\n\n// Why.\npublic sealed interface A {}",
                "/** A. */\nclass A {\n    public record B(int c) {}\n}"
            })
    void publicTypesAreDocumented(String text) {
        assertThat(amounts(TidyRules::undocumentedTypes, main(text))).containsExactly(1);
    }

    @Test
    void annotationsMayStandBetweenAJavadocAndItsType() {
        assertThat(amounts(
                        TidyRules::undocumentedTypes,
                        main("package x;\n\n/** A. */\n@B(\"c\")\n@D\npublic final class A {\n\n    /** E. */\n"
                                + "    public enum E {}\n\n    private class F {}\n}")))
                .isEmpty();
    }

    private static SourceFile main(String text) {
        return SourceFile.of(ROOM + "/A.java", text);
    }

    private static SourceFile info(String text) {
        return SourceFile.of(ROOM + "/package-info.java", text);
    }

    private static List<Integer> amounts(Function<List<SourceFile>, List<Violation>> rule, SourceFile... files) {
        return rule.apply(List.of(files)).stream().map(Violation::amount).toList();
    }
}
