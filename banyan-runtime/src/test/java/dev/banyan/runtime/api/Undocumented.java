package dev.banyan.runtime.api;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.lang.model.element.Modifier;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * Finds types and members that others may use and that say nothing. Not asked about: what overrides, since the overridden says it; the
 * canonical constructor of a record, which the record's own words are for.
 */
final class Undocumented extends TreePathScanner<Boolean, String> {
    private final DocTrees docs;
    private final List<String> found = new ArrayList<>();

    private Undocumented(DocTrees docs) {
        this.docs = docs;
    }

    /** The places, in order, in {@code sources}: texts by the name of their top-level type. */
    static List<String> in(Map<String, String> sources) {
        var compiler = ToolProvider.getSystemJavaCompiler();
        var files = new TreeMap<>(sources).entrySet().stream().map(Text::of).toList();
        var task = (JavacTask) compiler.getTask(null, null, null, List.of("-proc:none"), null, files);
        var scan = new Undocumented(DocTrees.instance(task));
        try {
            for (CompilationUnitTree unit : task.parse()) {
                scan.scan(new TreePath(unit), "");
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return List.copyOf(scan.found);
    }

    /** Looks into open types only; {@code outer} is the type around. */
    @Override
    public Boolean visitClass(ClassTree type, String outer) {
        if (!isOpen(type.getModifiers())) {
            return false;
        }
        var name = outer.isEmpty() ? type.getSimpleName().toString() : outer + "." + type.getSimpleName();
        complain(name);
        return super.visitClass(type, name);
    }

    @Override
    public Boolean visitMethod(MethodTree method, String type) {
        boolean overrides = method.getModifiers().getAnnotations().stream()
                .anyMatch(
                        annotation -> annotation.getAnnotationType().toString().equals("Override"));
        boolean canonical = method.getReturnType() == null && around().getKind() == Tree.Kind.RECORD;
        if (isOpen(method.getModifiers()) && !overrides && !canonical) {
            complain(type + "#" + method.getName());
        }
        return false;
    }

    @Override
    public Boolean visitVariable(VariableTree field, String type) {
        boolean component = around().getKind() == Tree.Kind.RECORD
                && !field.getModifiers().getFlags().contains(Modifier.STATIC);
        if (isOpen(field.getModifiers()) && !component) {
            complain(type + "#" + field.getName());
        }
        return false;
    }

    private void complain(String place) {
        if (docs.getDocComment(getCurrentPath()) == null) {
            found.add(place);
        }
    }

    private boolean isOpen(ModifiersTree modifiers) {
        var around = getCurrentPath().getParentPath().getLeaf();
        if (around instanceof ClassTree outer && outer.getKind() == Tree.Kind.INTERFACE) {
            return !modifiers.getFlags().contains(Modifier.PRIVATE);
        }
        return modifiers.getFlags().contains(Modifier.PUBLIC)
                || modifiers.getFlags().contains(Modifier.PROTECTED);
    }

    private ClassTree around() {
        return (ClassTree) getCurrentPath().getParentPath().getLeaf();
    }

    private static final class Text extends SimpleJavaFileObject {
        private final String text;

        private Text(String name, String text) {
            super(URI.create("text:///" + name + ".java"), JavaFileObject.Kind.SOURCE);
            this.text = text;
        }

        static Text of(Map.Entry<String, String> source) {
            return new Text(source.getKey(), source.getValue());
        }

        @Override
        public CharSequence getCharContent(boolean ignoringErrors) {
            return text;
        }
    }
}
