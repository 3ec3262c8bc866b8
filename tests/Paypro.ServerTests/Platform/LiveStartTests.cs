using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Paypro.Protocol.Signing;
using Paypro.Server;
using Paypro.Server.Merchants;
using Paypro.Server.Platform;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Platform;

/// <summary>With what a live installation does not start.</summary>
public sealed class LiveStartTests
{
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task AMerchantsKeyThatIsKnownOrShortIsRefused(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        using var key = new MasterKeyFile();
        foreach (var (secret, problem) in new[]
        {
            ("sandbox-secret-mx", "is the documented one of a sandbox"), ("12345678", "has fewer than 16 characters"), ("a-secret-of-a-live-merchant", null),
        })
        {
            await PutAsync(database, key.Path, secret);
            var exit = await StartAsync(database, key.Path);
            if (problem is null)
            {
                Assert.True(exit.Code == 0, exit.Output);
            }
            else
            {
                Assert.Contains($"merchant_keys: key 21 of merchant 2 {problem}", exit.Output, StringComparison.Ordinal);
                Assert.DoesNotContain(secret, exit.Output, StringComparison.Ordinal);
                RefusedStartTests.AssertOneSentence(exit);
            }
        }
    }

    [Fact]
    public async Task ALiveMerchantGetsNoShortSecret()
    {
        await using var database = await TestDatabase.CreateAsync(Engine.Sqlite);
        using var key = new MasterKeyFile();
        await using var app = await OpenAsync(database, key.Path);
        var maker = app.Services.GetRequiredService<KeyMaker>();
        Assert.Throws<ArgumentException>(() => maker.Make(1, 2, SigningAlgorithm.Md5, "fifteen letters", signs: true, 0));
        Assert.NotNull(maker.Make(1, 2, SigningAlgorithm.Md5, "sixteen letters.", signs: true, 0));
    }

    [Fact]
    public async Task ADatabaseFileThatOthersMayReadIsRefusedAndANewOneIsItsOwners()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no such rights.");
            return;
        }

        using var key = new MasterKeyFile();
        await using var database = await TestDatabase.CreateAsync(Engine.Sqlite, DatabaseTemplate.Empty);
        var file = new Microsoft.Data.Sqlite.SqliteConnectionStringBuilder(database.ConnectionString).DataSource;
        await using (var app = await OpenAsync(database, key.Path))
        {
            foreach (var name in new[] { file, file + "-wal", file + "-shm" })
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(name));
            }
        }

        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        var refused = await StartAsync(database, key.Path);
        Assert.Contains($"ConnectionStrings__Paypro: others may read or change '{file}'", refused.Output, StringComparison.Ordinal);
        RefusedStartTests.AssertOneSentence(refused);
        MasterKeyFile.Own(file);
        await File.WriteAllTextAsync(file + "-wal", "");
        File.SetUnixFileMode(file + "-wal", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        Assert.Contains($"'{file}-wal'", (await StartAsync(database, key.Path)).Output, StringComparison.Ordinal);
        MasterKeyFile.Own(file + "-wal");
        Assert.Equal(0, (await StartAsync(database, key.Path)).Code);
    }

    private static async Task PutAsync(TestDatabase database, string keyFile, string secret)
    {
        await using var app = await OpenAsync(database, keyFile, beforePrepared: true);
        await app.Services.GetRequiredService<ConfigStore>().SaveAsync(async context =>
        {
            if (await context.Merchants.FindAsync(2L) is null)
            {
                context.Merchants.Add(new MerchantRow { MerchantNo = 2, Bucket = 2, BusinessId = 1, Country = "MX", Currency = "MXN", Name = "Test", CreatedAtMs = 1 });
            }

            if (await context.MerchantKeys.FindAsync(21L) is { } former)
            {
                context.MerchantKeys.Remove(former);
                await context.SaveChangesAsync();
            }

            // As somebody puts it there who does not ask KeyMaker.
            var row = new MerchantKeyRow { Id = 21, MerchantNo = 2, Algorithm = SigningAlgorithm.Md5, Signs = true };
            (row.MasterKeyId, row.Sealed) = app.Services.GetRequiredService<MasterKeys>().Seal(Encoding.UTF8.GetBytes(secret), SnapshotReader.BoundTo(row));
            context.MerchantKeys.Add(row);
        });
    }

    private static string[] Settings(TestDatabase database, string keyFile) =>
    [
        "--Paypro:Sandbox=false", "--Paypro:PublicUrl=https://pay.example", $"--Paypro:MasterKeyFile={keyFile}", $"--Paypro:Database={database.Engine}",
        $"--ConnectionStrings:Paypro={database.ConnectionString}", "--Logging:LogLevel:Default=None", "--Logging:LogLevel:Microsoft=None",
    ];

    private static async Task<Microsoft.AspNetCore.Builder.WebApplication> OpenAsync(TestDatabase database, string keyFile, bool beforePrepared = false)
    {
        var app = Application.Build(Settings(database, keyFile));
        if (!beforePrepared)
        {
            await app.Services.GetRequiredService<Start>().PrepareAsync(CancellationToken.None);
        }

        return app;
    }

    private static Task<ServerExit> StartAsync(TestDatabase database, string keyFile) => ServerProcess.RunToExitAsync(new ServerStart
    {
        Database = database, Arguments = ["--migrate-only", .. Settings(database, keyFile)], Environment = new Dictionary<string, string> { ["Paypro__Sandbox"] = "false" },
        ReadyWithin = TimeSpan.FromMinutes(3),
    });
}
