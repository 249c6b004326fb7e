// Prints the public types of an assembly with their members, in a form close to C# and in ordinal order. What the compiler adds
// to records by itself is left out.

using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace TinyEngine.Tests.Api;

/// <summary>Prints public APIs.</summary>
internal static class ApiPrinter
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly NullabilityInfoContext Nullability = new();

    /// <summary>All public types of an assembly.</summary>
    public static string Print(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (var space in assembly.GetExportedTypes().GroupBy(t => t.Namespace).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            text.Append($"namespace {space.Key}\n");
            foreach (var type in space.OrderBy(Title, StringComparer.Ordinal))
            {
                text.Append($"\n{Head(type)}\n");
                foreach (string member in type.IsEnum ? Members(type) : Members(type).Order(StringComparer.Ordinal))
                {
                    text.Append($"    {member}\n");
                }
            }
        }

        return text.ToString();
    }

    private static string Title(Type type) => (type.DeclaringType is { } outer ? Title(outer) + "." : "") + Name(type);

    private static string Head(Type type)
    {
        bool isRecord = type.GetMethod("PrintMembers", Declared) is not null;
        string kind = type.IsEnum ? "enum"
            : type.IsSubclassOf(typeof(Delegate)) ? "delegate"
            : type.IsInterface ? "interface"
            : type.IsValueType ? isRecord ? "record struct" : "struct"
            : (type.IsAbstract && type.IsSealed ? "static " : type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : "")
                + (isRecord ? "record" : "class");
        Type[] bases =
        [
            .. type.BaseType is { } b && b != typeof(object) && !type.IsValueType && !type.IsSubclassOf(typeof(Delegate))
                ? new[] { b } : [],
            .. type.IsEnum ? [] : type.GetInterfaces().Where(i => i.IsPublic && !(isRecord && i.Name.StartsWith("IEquatable"))),
        ];
        return $"{kind} {Title(type)}{(bases.Length > 0 ? " : " + string.Join(", ", bases.Select(Name)) : "")}";
    }

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
        {
            return Enum.GetNames(type).Select(n => $"{n} = {Convert.ToInt64(Enum.Parse(type, n))}");
        }

        if (type.IsSubclassOf(typeof(Delegate)))
        {
            return [Method(type.GetMethod("Invoke")!)];
        }

        var constructors = type.GetConstructors(Declared)
            .Where(c => Seen(c) && !c.IsStatic && c.GetCustomAttribute<CompilerGeneratedAttribute>() is null)
            .Select(c => $"new({Parameters(c)})");
        var fields = type.GetFields(Declared).Where(f => f.IsPublic || f.IsFamily)
            .Select(f =>
            {
                string modifier = f.IsLiteral ? "const " : f.IsStatic ? "static readonly " : "";
                return $"{modifier}{Named(f.FieldType, Nullability.Create(f))} {f.Name}";
            });
        var properties = type.GetProperties(Declared)
            .Where(p => p.GetAccessors(true).Any(Seen) && p.Name != "EqualityContract").Select(Property);
        var methods = type.GetMethods(Declared)
            .Where(m => Seen(m) && !m.IsSpecialName && m.GetCustomAttribute<CompilerGeneratedAttribute>() is null).Select(Method);
        var operators = type.GetMethods(Declared)
            .Where(m => Seen(m) && m.Name.StartsWith("op_") && m.GetCustomAttribute<CompilerGeneratedAttribute>() is null).Select(Method);
        return [.. constructors, .. fields, .. properties, .. methods, .. operators];
    }

    private static bool Seen(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static string Property(PropertyInfo property)
    {
        var accessors = property.GetAccessors(true).Where(Seen).ToList();
        bool isInit = property.SetMethod?.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) == true;
        string index = property.GetIndexParameters() is { Length: > 0 } parameters
            ? $"this[{string.Join(", ", parameters.Select(Parameter))}]" : property.Name;
        string set = property.SetMethod is { } setter && Seen(setter) ? isInit ? " init;" : " set;" : "";
        return $"{Modifiers(accessors[0])}{Named(property.PropertyType, Nullability.Create(property))} {index} {{ get;{set} }}";
    }

    private static string Method(MethodInfo method) =>
        $"{Modifiers(method)}{Named(method.ReturnType, Nullability.Create(method.ReturnParameter))} "
        + $"{method.Name}{Generic(method)}({Parameters(method)})";

    private static string Modifiers(MethodBase method) =>
        (method.IsStatic ? "static " : "")
        + (method.IsAbstract && !method.DeclaringType!.IsInterface ? "abstract "
            : method is MethodInfo m && m.GetBaseDefinition() != m ? "override "
            : method.IsVirtual && !method.IsFinal && !method.DeclaringType!.IsInterface ? "virtual " : "");

    private static string Generic(MethodInfo method) =>
        method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(Name))}>" : "";

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo parameter) =>
        $"{(parameter.IsOut ? "out " : "")}{Named(parameter.ParameterType, Nullability.Create(parameter))} {parameter.Name}"
        + (parameter.HasDefaultValue ? $" = {parameter.DefaultValue ?? "default"}" : "");

    private static string Named(Type type, NullabilityInfo info) =>
        Name(type) + (!type.IsValueType && info.ReadState == NullabilityState.Nullable ? "?" : "");

    private static string Name(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } inner)
        {
            return Name(inner) + "?";
        }

        if (type.IsArray || type.IsByRef)
        {
            return Name(type.GetElementType()!) + (type.IsArray ? "[]" : "");
        }

        string arguments = string.Join(", ", type.GetGenericArguments().Select(Name));
        return type.FullName?.StartsWith("System.ValueTuple`", StringComparison.Ordinal) == true ? $"({arguments})"
            : type.IsGenericType ? $"{type.Name.Split('`')[0]}<{arguments}>"
            : Type.GetTypeCode(type) switch
            {
                _ when type.IsEnum => type.Name,
                TypeCode.Boolean => "bool",
                TypeCode.Byte => "byte",
                TypeCode.SByte => "sbyte",
                TypeCode.Int32 => "int",
                TypeCode.UInt32 => "uint",
                TypeCode.Int64 => "long",
                TypeCode.UInt64 => "ulong",
                TypeCode.Single => "float",
                TypeCode.Double => "double",
                TypeCode.String => "string",
                _ => type == typeof(void) ? "void" : type == typeof(object) ? "object" : type.Name,
            };
    }
}
