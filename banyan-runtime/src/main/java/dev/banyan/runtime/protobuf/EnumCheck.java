package dev.banyan.runtime.protobuf;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds enum values that the schema does not name. Message types without enums anywhere below them are not walked. */
record EnumCheck(Set<Descriptor> withEnums) {
    EnumCheck {
        withEnums = Set.copyOf(withEnums);
    }

    static EnumCheck of(Descriptor root) {
        var reached = new HashSet<Descriptor>();
        reach(root, reached);
        var found = new HashSet<Descriptor>();
        boolean grew = true;
        while (grew) {
            grew = false;
            for (var type : reached) {
                grew |= holdsEnum(type, found) && found.add(type);
            }
        }
        return new EnumCheck(found);
    }

    /** Name of a field that holds an unknown value. */
    Optional<String> firstUnknown(Message message) {
        if (!withEnums.contains(message.getDescriptorForType())) {
            return Optional.empty();
        }
        return message.getAllFields().entrySet().stream()
                .map(field -> unknownIn(field.getKey(), field.getValue()))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private Optional<String> unknownIn(FieldDescriptor field, Object value) {
        for (Object element : value instanceof Collection<?> many ? many : List.of(value)) {
            if (element instanceof EnumValueDescriptor word && word.getIndex() < 0) {
                return Optional.of(field.getFullName());
            }
            if (element instanceof Message nested) {
                var found = firstUnknown(nested);
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    private static void reach(Descriptor type, Set<Descriptor> reached) {
        if (reached.add(type)) {
            type.getFields().stream()
                    .filter(field -> field.getJavaType() == FieldDescriptor.JavaType.MESSAGE)
                    .forEach(field -> reach(field.getMessageType(), reached));
        }
    }

    private static boolean holdsEnum(Descriptor type, Set<Descriptor> found) {
        return type.getFields().stream().anyMatch(field -> switch (field.getJavaType()) {
            case ENUM -> true;
            case MESSAGE -> found.contains(field.getMessageType());
            case INT, LONG, FLOAT, DOUBLE, BOOLEAN, STRING, BYTE_STRING -> false;
        });
    }
}
