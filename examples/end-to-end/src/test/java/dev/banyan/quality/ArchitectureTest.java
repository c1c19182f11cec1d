package dev.banyan.quality;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The compiled classes of all modules against the import table; tests and generated code are left out. */
class ArchitectureTest {
    private static final ImportTable TABLE = ImportTable.parse(Resources.lines("import-table.txt"));

    /** Read once: it takes a second or two, and nothing changes it. */
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("dev.banyan");

    @Test
    void everyModuleIsLookedAt() {
        var modules = CLASSES.stream()
                .map(type -> type.getPackageName().split("\\.")[2])
                .collect(Collectors.toSet());

        assertThat(modules).containsExactlyInAnyOrder("runtime", "api", "engine", "agent", "cli");
    }

    @Test
    void importsFollowTheTable() {
        var refusals = new TreeMap<String, String>();
        for (JavaClass type : CLASSES) {
            for (var dependency : type.getDirectDependenciesFromSelf()) {
                var target = dependency.getTargetClass().getBaseComponentType();
                TABLE.refusal(type.getPackageName(), target.getPackageName())
                        .ifPresent(why -> refusals.putIfAbsent(why, "first seen: " + dependency.getDescription()));
            }
        }

        assertThat(refusals).isEmpty();
    }

    @Test
    void packagesHaveNoCycles() {
        slices().assignedFrom(packages()).should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void nothingStaticChanges() {
        fields().that()
                .areStatic()
                .and()
                .areDeclaredInClassesThat(new Handwritten())
                .should()
                .haveModifier(JavaModifier.FINAL)
                .because("static state outlives every test and hides who writes it")
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    private static SliceAssignment packages() {
        return new SliceAssignment() {
            @Override
            public SliceIdentifier getIdentifierOf(JavaClass type) {
                return type.getPackageName().startsWith("dev.banyan.")
                        ? SliceIdentifier.of(type.getPackageName())
                        : SliceIdentifier.ignore();
            }

            @Override
            public String getDescription() {
                return "every package";
            }
        };
    }

    private static final class Handwritten extends DescribedPredicate<JavaClass> {
        Handwritten() {
            super("are written by hand");
        }

        @Override
        public boolean test(JavaClass type) {
            return !TABLE.isGenerated(type.getPackageName());
        }
    }
}
