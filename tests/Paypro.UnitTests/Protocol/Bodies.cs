using System.Text;
using Paypro.Protocol;

namespace Paypro.UnitTests.Protocol;

/// <summary>Short ways to write bodies in tests.</summary>
internal static class Bodies
{
    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    public static FlatBody Read(string json)
    {
        var body = FlatBody.Read(Utf8(json), out var error);
        Assert.True(body is not null, error);
        return body;
    }

    public static string? ErrorOf(byte[] bytes)
    {
        var body = FlatBody.Read(bytes, out var error);
        Assert.Equal(body is null, error is not null);
        return error;
    }
}
