using System.Buffers.Binary;
using System.Reflection;

namespace Paypro.UnitTests.House;

/// <summary>Reads compiled methods for the instruction that makes an object.</summary>
internal static class Constructions
{
    private const byte NewObject = 0x73;
    private const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>The outermost types with a method, lambda or iterator that constructs <paramref name="made"/>.</summary>
    public static IReadOnlyList<Type> MakersOf(Type made, Assembly assembly) =>
        [.. assembly.GetTypes().Where(type => MethodsOf(type).Any(method => Makes(method, made))).Select(Outermost).Distinct()];

    private static IEnumerable<MethodBase> MethodsOf(Type type) => type.GetMethods(All).Concat<MethodBase>(type.GetConstructors(All));

    private static bool Makes(MethodBase method, Type made)
    {
        var code = method.GetMethodBody()?.GetILAsByteArray() ?? [];

        // Every byte is tried, also those that are part of an operand: such a number names this very constructor once in billions.
        for (var i = 0; i + 5 <= code.Length; i++)
        {
            if (code[i] == NewObject && Constructed(method, BinaryPrimitives.ReadInt32LittleEndian(code.AsSpan(i + 1))) == made)
            {
                return true;
            }
        }

        return false;
    }

    private static Type? Constructed(MethodBase method, int token)
    {
        // Only definitions (06) and references (0A) of methods: a generic constructor is no row of ours.
        if (token >> 24 is not (0x06 or 0x0A))
        {
            return null;
        }

        try
        {
            var typeArguments = method.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : null;
            var methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : null;
            return method.Module.ResolveMethod(token, typeArguments, methodArguments)?.DeclaringType;
        }
        catch (Exception error) when (error is ArgumentException or BadImageFormatException or FileNotFoundException or MissingMemberException or TypeLoadException)
        {
            // Those bytes were no instruction.
            return null;
        }
    }

    private static Type Outermost(Type type)
    {
        while (type.DeclaringType is { } outer)
        {
            type = outer;
        }

        return type;
    }
}
