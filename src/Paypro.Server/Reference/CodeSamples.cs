using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Paypro.Server.Reference;

/// <summary>A program that makes one call.</summary>
/// <param name="Language">For the page and tests: <c>python</c>.</param>
/// <param name="Title">The language's name.</param>
/// <param name="Text">The whole program.</param>
internal sealed record CodeSample(string Language, string Title, string Text);

/// <summary>What a sample says where it is not told otherwise by PAYPRO_URL, PAYPRO_MERCHANT and PAYPRO_SECRET.</summary>
/// <param name="Url">Where the service is reached.</param>
/// <param name="Merchant">The sandbox merchant; null on a live installation, whose keys are nobody's to print.</param>
internal sealed record SampleDefaults(string Url, ExampleMerchant? Merchant);

/// <summary>
/// Whole programs, without packages, that sign a call and make it: each can be pasted and run. They read the variables of
/// docs/integrating/examples.
/// </summary>
internal sealed class CodeSamples
{
    private static readonly JsonSerializerOptions Written = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private const string Time = "timestamp";
    private readonly string path;
    private readonly List<(string Name, string Value)> members;
    private readonly SampleDefaults defaults;

    private CodeSamples(string path, JsonObject body, SampleDefaults defaults)
    {
        (this.path, this.defaults) = (path, defaults);
        members = [.. body.Where(member => member.Key != "sign").Select(member => (member.Key, member.Value!.GetValue<string>())).OrderBy(member => member.Key, StringComparer.Ordinal)];
    }

    /// <summary>One program in each language.</summary>
    /// <param name="path">The path of the call, with the country's segment.</param>
    /// <param name="body">Its body; a sign is made anew, and so is a timestamp.</param>
    /// <param name="defaults">Where, and whose key.</param>
    /// <param name="hmac">Whether the key is of the kind HMAC-SHA256.</param>
    public static IReadOnlyList<CodeSample> Of(string path, JsonObject body, SampleDefaults defaults, bool hmac = false)
    {
        var samples = new CodeSamples(path, body, defaults);
        return
        [
            new("curl", "curl", samples.Curl(hmac)),
            new("javascript", "JavaScript", samples.JavaScript(hmac)),
            new("csharp", "C#", samples.CSharp(hmac)),
            new("python", "Python", samples.Python(hmac)),
            new("php", "PHP", samples.Php(hmac)),
        ];
    }

    /// <summary>
    /// The body of an operation's program: the documented example with a number of its own, so that the programs of a page can be run one after the other
    /// and the queries find what was created. The documented notifyUrl is somebody else's.
    /// </summary>
    /// <param name="reference">The country.</param>
    /// <param name="operation">One of its operations.</param>
    public static JsonObject BodyOf(CountryReference reference, OperationReference operation)
    {
        var body = operation.Requests[0].Body.DeepClone().AsObject();
        var creation = operation.Operation.Creates ? operation
            : reference.Operations.First(other => other.Operation.Creates && other.Operation.ConcernsPayIns == (ReferenceTexts.GroupOf(operation.Operation) != ReferenceTexts.Payouts));
        if (body.ContainsKey("tradeNo"))
        {
            body["tradeNo"] = $"{creation.Id}-1";
        }

        if (body.ContainsKey("notifyUrl"))
        {
            body["notifyUrl"] = reference.Inbox ?? "https://merchant.example.com/notify";
        }

        return body;
    }

    private string Curl(bool hmac)
    {
        var (hasTime, json) = (members.Exists(member => member.Name == Time), string.Join(",", members.Select(member =>
            $"{Quoted(member.Name)}:{(member.Name == Time ? "\"'\"$time\"'\"" : InShell(Quoted(member.Value)))}")));
        var text = string.Concat(members.Select(member => $"{member.Name}={(member.Name == Time ? "'\"$time\"'" : InShell(member.Value))}"));
        string[] signing = hmac
            ?
            [
                $"body='{{{json}}}'",
                "t=$(date +%s)",
                $"v1=$(printf 'request\\n%s\\n%s\\n%s\\n%s' {path} \"$merchant\" \"$t\" \"$body\" | openssl dgst -sha256 -hmac \"$secret\" | sed 's/.* //')",
            ]
            :
            [
                $"text='{text}'",
                "sign=$(printf '%s%s' \"$text\" \"$secret\" | md5sum | cut -c1-32)",
                $"body='{{{json}{(json.Length == 0 ? "" : ",")}\"sign\":\"'\"$sign\"'\"}}'",
            ];
        string[] lines =
        [
            Shell("PAYPRO_URL", defaults.Url), Shell("PAYPRO_MERCHANT", defaults.Merchant?.Number), Shell("PAYPRO_SECRET", defaults.Merchant?.Secret), "",
            .. hasTime ? ["time=$(date +%s)000"] : Array.Empty<string>(), .. signing, "",
            $"curl -s \"$url{path}\" -d \"$body\" \\",
            "  -H 'Content-Type: application/json' -H \"merchantNo: $merchant\"" + (hmac ? " \\\n  -H \"Paypro-Signature: t=$t,v1=$v1\"" : ""), "",
        ];
        return string.Join('\n', lines);
    }

    private static string InShell(string text) => text.Replace("'", @"'\''", StringComparison.Ordinal);

    private static string Shell(string name, string? value) => $"{name[7..].ToLowerInvariant()}=${{{name}:{(value is null ? "?" : "-" + value)}}}";

    private string JavaScript(bool hmac)
    {
        var signing = hmac
            ? """
                const body = JSON.stringify(members);
                const t = Math.floor(Date.now() / 1000);
                const v1 = createHmac("sha256", secret).update(["request", path, merchant, t, body].join("\n")).digest("hex");
                """
            : """
                const text = Object.keys(members).sort().map(name => `${name}=${members[name]}`).join("");
                const sign = createHash("md5").update(text + secret).digest("hex");
                """;
        return $$"""
            import { {{(hmac ? "createHmac" : "createHash")}} } from "node:crypto";

            const url = process.env.PAYPRO_URL{{Or(" ?? ", defaults.Url)}};
            const merchant = process.env.PAYPRO_MERCHANT{{Or(" ?? ", defaults.Merchant?.Number)}};
            const secret = process.env.PAYPRO_SECRET{{Or(" ?? ", defaults.Merchant?.Secret)}};

            const path = {{Quoted(path)}};
            const members = {
            {{Lines("  ", "{0}: {1},", "String(Date.now())")}}
            };
            {{signing}}

            const answer = await fetch(url + path, {
              method: "POST",
              headers: { "Content-Type": "application/json", merchantNo: merchant{{(hmac ? ", \"Paypro-Signature\": `t=${t},v1=${v1}`" : "")}} },
              body{{(hmac ? "" : ": JSON.stringify({ ...members, sign })")}},
            });
            console.log(await answer.text());

            """;
    }

    private string CSharp(bool hmac)
    {
        var signing = hmac
            ? """
                var body = JsonSerializer.Serialize(members);
                var t = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
                var text = string.Join('\n', "request", path, merchant, t, body);
                var v1 = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret!), Encoding.UTF8.GetBytes(text)));
                """
            : """
                var text = string.Concat(members.Select(member => $"{member.Key}={member.Value}"));
                members["sign"] = Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text + secret)));
                var body = JsonSerializer.Serialize(members);
                """;
        return $$"""
            using System.Security.Cryptography;
            using System.Text;
            using System.Text.Json;

            var url = Environment.GetEnvironmentVariable("PAYPRO_URL"){{Or(" ?? ", defaults.Url)}};
            var merchant = Environment.GetEnvironmentVariable("PAYPRO_MERCHANT"){{Or(" ?? ", defaults.Merchant?.Number)}};
            var secret = Environment.GetEnvironmentVariable("PAYPRO_SECRET"){{Or(" ?? ", defaults.Merchant?.Secret)}};

            var path = {{Quoted(path)}};
            var members = new SortedDictionary<string, string>(StringComparer.Ordinal)
            {
            {{Lines("    ", "[\"{0}\"] = {1},", "DateTimeOffset.UtcNow.ToUnixTimeMilliseconds().ToString()")}}
            };
            {{signing}}

            using var http = new HttpClient();
            http.DefaultRequestHeaders.Add("merchantNo", merchant);
            {{(hmac ? "http.DefaultRequestHeaders.Add(\"Paypro-Signature\", $\"t={t},v1={v1}\");\n" : "")}}using var answer = await http.PostAsync(url + path, new StringContent(body, Encoding.UTF8, "application/json"));
            Console.WriteLine(await answer.Content.ReadAsStringAsync());

            """;
    }

    private string Python(bool hmac)
    {
        var signing = hmac
            ? """
                body = json.dumps(members)
                t = int(time.time())
                text = "\n".join(["request", path, merchant, str(t), body])
                v1 = hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
                """
            : """
                text = "".join(f"{name}={members[name]}" for name in sorted(members))
                members["sign"] = hashlib.md5((text + secret).encode()).hexdigest()
                body = json.dumps(members)
                """;
        return $$"""
            import hashlib, {{(hmac ? "hmac, " : "")}}json, os, time, urllib.request

            url = os.environ.get("PAYPRO_URL"{{Or(", ", defaults.Url)}})
            merchant = os.environ.get("PAYPRO_MERCHANT"{{Or(", ", defaults.Merchant?.Number)}})
            secret = os.environ.get("PAYPRO_SECRET"{{Or(", ", defaults.Merchant?.Secret)}})

            path = {{Quoted(path)}}
            members = {
            {{Lines("    ", "\"{0}\": {1},", "str(int(time.time() * 1000))")}}
            }
            {{signing}}

            headers = {"Content-Type": "application/json", "merchantNo": merchant{{(hmac ? ", \"Paypro-Signature\": f\"t={t},v1={v1}\"" : "")}}}
            with urllib.request.urlopen(urllib.request.Request(url + path, body.encode(), headers), timeout=30) as answer:
                print(answer.read().decode())

            """;
    }

    private string Php(bool hmac)
    {
        var signing = hmac
            ? """
                $body = json_encode($members);
                $t = time();
                $v1 = hash_hmac('sha256', implode("\n", ['request', $path, $merchant, $t, $body]), $secret);
                """
            : """
                ksort($members, SORT_STRING);
                $text = '';
                foreach ($members as $name => $value) {
                    $text .= "$name=$value";
                }
                $members['sign'] = md5($text . $secret);
                $body = json_encode($members);
                """;
        return $$"""
            <?php
            $url = getenv('PAYPRO_URL'){{OrPhp(defaults.Url)}};
            $merchant = getenv('PAYPRO_MERCHANT'){{OrPhp(defaults.Merchant?.Number)}};
            $secret = getenv('PAYPRO_SECRET'){{OrPhp(defaults.Merchant?.Secret)}};

            $path = {{InPhp(path)}};
            $members = [
            {{string.Join('\n', members.Select(member => $"    '{member.Name}' => {(member.Name == Time ? "(string) (int) (microtime(true) * 1000)" : InPhp(member.Value))},"))}}
            ];
            {{signing}}

            $answer = file_get_contents($url . $path, false, stream_context_create(['http' => [
                'method' => 'POST',
                'header' => ['Content-Type: application/json', "merchantNo: $merchant"{{(hmac ? ", \"Paypro-Signature: t=$t,v1=$v1\"" : "")}}],
                'content' => $body,
                'ignore_errors' => true,
            ]]));
            echo $answer, "\n";

            """;
    }

    /// <summary>A line for each member; the time is when the program runs.</summary>
    private string Lines(string indent, string form, string now) => string.Join('\n', members.Select(member =>
        indent + string.Format(System.Globalization.CultureInfo.InvariantCulture, form, member.Name, member.Name == Time ? now : Quoted(member.Value))));

    /// <summary>A JSON string is a string of JavaScript, C# and Python as well.</summary>
    private static string Quoted(string text) => JsonSerializer.Serialize(text, Written);

    private static string InPhp(string text) => $"'{text.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("'", @"\'", StringComparison.Ordinal)}'";

    private static string Or(string between, string? value) => value is null ? "" : between + Quoted(value);

    private static string OrPhp(string? value) => value is null ? "" : $" ?: {InPhp(value)}";
}
