using System.Diagnostics;
using System.Globalization;
using System.Text;
using Paypro.Protocol.Signing;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Signing;

/// <summary>
/// Our signatures against two programs in other languages that were written from the documentation: JavaScript (run by the Node.js that
/// comes with the browser's driver) and Perl (which Debian's PostgreSQL needs anyway). <c>PAYPRO_FUZZ_SEED</c> and
/// <c>PAYPRO_FUZZ_INPUTS</c> replay and lengthen it.
/// </summary>
public sealed class DifferentialSigningTests(ITestOutputHelper output)
{
    private static string Folder => Path.Combine(Repository.Root, "tests", "Paypro.ServerTests", "Signing");

    private static string Node =>
        Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, ".playwright", "node"), "node", SearchOption.AllDirectories).Single();

    [Fact]
    public async Task JavaScriptSignsAsWeDo() => Assert.Equal(0, await DifferencesAsync(Node, Path.Combine(Folder, "signer.js")));

    [Fact]
    public async Task PerlSignsAsWeDo() => Assert.Equal(0, await DifferencesAsync("perl", Path.Combine(Folder, "signer.pl")));

    private async Task<int> DifferencesAsync(string program, string script)
    {
        var seed = Number("PAYPRO_FUZZ_SEED", Environment.TickCount);
        var inputs = Number("PAYPRO_FUZZ_INPUTS", 20_000);
        output.WriteLine($"Seed {seed}, {inputs} bodies");
#pragma warning disable CA5394 // Chance, not secrecy: the seed is printed so that a run can be replayed.
        var bodies = new RandomBodies(new Random(seed));
#pragma warning restore CA5394
        using var signer = Process.Start(new ProcessStartInfo(program, [script]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        try
        {
            const int AtOnce = 100;
            var differences = 0;
            for (var done = 0; done < inputs; done += AtOnce)
            {
                var asked = Enumerable.Range(done, AtOnce).Select(i => (Secret: bodies.Secret(), Body: bodies.Next(), Seconds: 1_700_000_000L + i)).ToList();
                foreach (var (secret, body, seconds) in asked)
                {
                    await signer.StandardInput.WriteLineAsync(string.Create(
                        CultureInfo.InvariantCulture, $"{Line(secret)} {Line(body)} {seconds}"));
                }

                await signer.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
                foreach (var (secret, body, seconds) in asked)
                {
                    var theirs = (await signer.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!.Split(' ');
                    var read = Protocol.FlatBody.Read(body, out var error);
                    Assert.True(read is not null, $"{error}: {Encoding.UTF8.GetString(body)}");
                    var ours = $"{Md5Signature.Compute(read, secret)} {HmacSignature.Header(HmacSignature.Request, "/v1/pay", "1000000001", seconds, body, secret)}";
                    if (ours != string.Create(CultureInfo.InvariantCulture, $"{theirs[0]} t={seconds},v1={theirs[1]}")
                        || !Md5Signature.Verify(read, Encoding.ASCII.GetBytes(theirs[0]), secret))
                    {
                        differences++;
                        output.WriteLine($"{string.Join(' ', theirs)} against {ours}: {Encoding.UTF8.GetString(body)}");
                    }
                }
            }

            return differences;
        }
        finally
        {
            signer.Kill();
        }
    }

    // An empty secret still has its place on the line.
    private static string Line(byte[] bytes) => bytes.Length == 0 ? "=" : Convert.ToBase64String(bytes);

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : otherwise;
}
