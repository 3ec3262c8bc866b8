using Microsoft.EntityFrameworkCore;
using Paypro.Server.Storage;

namespace Paypro.Server.Checkout;

/// <summary>Merchants' logos, read from the database by the hash in their name. Browsers keep them for a year, so few are asked for twice.</summary>
internal sealed class PageLogos(IContexts contexts)
{
    /// <summary><c>logo-</c>, 16 hexadecimal digits, a dot and the ending.</summary>
    private const int LongestName = 5 + 16 + 1 + 4;

    /// <returns>Null when there is none of this name.</returns>
    public async Task<byte[]?> FindAsync(string file, CancellationToken cancellation)
    {
        if (!file.StartsWith("logo-", StringComparison.Ordinal) || file.Length > LongestName)
        {
            return null;
        }

        await using var context = contexts.Create();
        return await context.MerchantBrands.AsNoTracking().Where(b => b.LogoFile == file).Select(b => b.Logo).FirstOrDefaultAsync(cancellation);
    }

    public static string TypeOf(string file) => Path.GetExtension(file) switch
    {
        ".png" => "image/png",
        ".webp" => "image/webp",
        _ => "image/jpeg",
    };
}
