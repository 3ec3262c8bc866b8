using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace Paypro.UnitTests.House;

/// <summary>
/// Finds the arrows that the compiled program draws: what is only inferred, and so has no name in the source, is there too. Constants and
/// members of an enumeration are not; the source names those.
/// </summary>
internal static class CompiledArrows
{
    private const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> Instructions = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

    /// <summary>The arrows between the namespaces right below a root; what stands in the root itself is the room <c>""</c>.</summary>
    public static IReadOnlyList<Arrow> In(Assembly assembly, string root)
    {
        var arrows = new List<Arrow>();
        foreach (var type in assembly.GetTypes())
        {
            if (RoomOf(type, root) is { } from)
            {
                arrows.AddRange(UsedBy(type).SelectMany(Parts).Distinct().Select(used => RoomOf(used, root)).OfType<string>().Distinct()
                    .Where(to => to != from).Select(to => new Arrow(from, to, type.FullName!)));
            }
        }

        return arrows;
    }

    private static string? RoomOf(Type type, string root) =>
        type.Namespace == root ? IsOfTheCompiler(type) ? null : ""
        : type.Namespace?.StartsWith(root + ".", StringComparison.Ordinal) == true ? type.Namespace[(root.Length + 1)..].Split('.')[0]
        : null;

    private static bool IsOfTheCompiler(Type type) => type.IsDefined(typeof(CompilerGeneratedAttribute), false);

    private static IEnumerable<Type?> UsedBy(Type type) =>
    [
        type.BaseType,
        .. type.GetInterfaces(),
        .. type.GetFields(All).Select(field => field.FieldType),
        .. type.GetMethods(All).SelectMany(method => UsedBy(method).Append(method.ReturnType)),
        .. type.GetConstructors(All).SelectMany(UsedBy),
    ];

    private static IEnumerable<Type?> UsedBy(MethodBase method)
    {
        var body = method.GetMethodBody();
        return method.GetParameters().Select(parameter => parameter.ParameterType)
            .Concat(body?.LocalVariables.Select(local => local.LocalType) ?? [])
            .Concat(Named(method, body?.GetILAsByteArray() ?? []));
    }

    /// <summary>What the instructions name: types, and whose fields and methods they use.</summary>
    private static IEnumerable<Type?> Named(MethodBase method, byte[] code)
    {
        for (var i = 0; i < code.Length;)
        {
            var value = code[i] == 0xFE ? BinaryPrimitives.ReadInt16BigEndian(code.AsSpan(i)) : code[i];
            var instruction = Instructions[value];
            i += instruction.Size;
            if (instruction.OperandType is OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType)
            {
                foreach (var type in Resolve(method, BinaryPrimitives.ReadInt32LittleEndian(code.AsSpan(i))))
                {
                    yield return type;
                }
            }

            i += SizeOf(instruction.OperandType, code.AsSpan(i));
        }
    }

    private static IEnumerable<Type?> Resolve(MethodBase method, int token)
    {
        var member = method.Module.ResolveMember(
            token,
            method.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : null,
            method.IsGenericMethod ? method.GetGenericArguments() : null);
        return member is MethodInfo { IsGenericMethod: true } generic ? generic.GetGenericArguments().Append(generic.DeclaringType)
            : member is Type named ? [named]
            : [member?.DeclaringType];
    }

    private static int SizeOf(OperandType operand, ReadOnlySpan<byte> code) => operand switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + (4 * BinaryPrimitives.ReadInt32LittleEndian(code)),
        _ => 4,
    };

    /// <summary>A generic type's arguments and an array's element are used as well.</summary>
    private static IEnumerable<Type> Parts(Type? type) =>
        type is null ? []
        : type.HasElementType ? Parts(type.GetElementType())
        : type.IsGenericType ? type.GetGenericArguments().SelectMany(Parts).Append(type)
        : [type];
}
