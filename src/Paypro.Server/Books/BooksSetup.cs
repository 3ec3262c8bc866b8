using Paypro.Server.Platform;

namespace Paypro.Server.Books;

/// <summary>Registers what keeps and reads the books.</summary>
internal static class BooksSetup
{
    public static void AddBooks(this IServiceCollection services)
    {
        services.AddSingleton<BookReads>();
        services.AddSingleton<AccountStatements>();
        services.AddSingleton<Cover>();
        services.AddSingleton<CoverCases>();
    }

    public static void AddBookLoops(this IServiceCollection services) => services.AddLoop("cover", s => s.GetRequiredService<CoverCases>().RunOnceAsync, CoverCases.Every);
}
