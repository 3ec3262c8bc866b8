using Paypro.Protocol.Countries;
using Paypro.Server.Calls;
using Paypro.Server.Merchants;
using Paypro.Server.Screens;

namespace Paypro.Server.Dashboard.Developers;

/// <summary>How each error of a signature is mended.</summary>
internal static class SignAdvice
{
    public static string Of(SignMistake mistake, string parameter, Merchant? merchant, Country country, ScreenTexts t) => mistake switch
    {
        SignMistake.MerchantTwice => t["The header merchantNo must come once."],
        SignMistake.OtherCountry => t["Merchant {0} is one of {1}; its calls stand under /{2}.", merchant?.NoText, country.Name, country.Segment],
        SignMistake.NoKey => t["No key is valid. Make one under Keys."],
        SignMistake.Missing => t["The signature is missing. An MD5 key signs in the member sign, an HMAC key in the header Paypro-Signature."],
        SignMistake.InHeader => t["This call takes sign from the body, and it stands in the header."],
        SignMistake.NeedsHmac => t["The key is of the HMAC kind: it signs in the header Paypro-Signature and not in the member sign."],
        SignMistake.NeedsMd5 => t["The key is of the MD5 kind: it signs in the member sign and not in the header Paypro-Signature."],
        SignMistake.NotHex => t["sign must be the 32 hexadecimal digits of an MD5."],
        SignMistake.EndedKey => t["It was signed with a key that has ended. Put the present key into your program."],
        SignMistake.KeyMissing => t["The key is not part of the text. Append it to the end, without a separator."],
        SignMistake.KeyFirst => t["The key stands before the parameters. It belongs behind them."],
        SignMistake.KeyAsParameter => t["The key was appended with a name, such as &key=. Append its value alone."],
        SignMistake.KeyCase => t["The key was changed to other letter case. Use it as it is shown."],
        SignMistake.KeyBlank => t["The key has a blank or a line break at its end. Take it away; it often comes from the settings file."],
        SignMistake.KeyDecoded => t["The key was decoded from hexadecimal digits. Use the text itself as the key."],
        SignMistake.Separators => t["There are separators between the parameters. Join name=value without any."],
        SignMistake.ValuesOnly => t["The names of the parameters are missing. Join name=value."],
        SignMistake.SentOrder => t["The parameters are in the order of the body. Sort them by name."],
        SignMistake.OrderWithoutCase => t["The parameters are sorted without regard to letter case. Capital letters come before small ones."],
        SignMistake.OverJson => t["The JSON text was signed. Sign the sorted name=value pairs instead."],
        SignMistake.Twice => t["MD5 was applied twice. Once is right."],
        SignMistake.Charset => t["The text was not encoded as UTF-8 before it was hashed."],
        SignMistake.EmptyIncluded => t["The empty parameter {0} was signed. Leave empty values and null out of the text.", parameter],
        SignMistake.SignIncluded => t["The parameter sign itself was signed. Leave it out."],
        SignMistake.LeftOut => t["The parameter {0} was not signed. Every member of the body is signed, also one that the reference does not name.", parameter],
        SignMistake.NumberRewritten => t["The number in {0} was signed in another form than it was sent, such as 300 and 300.00. Sign the text that stands in the body.", parameter],
        SignMistake.Blanks => t["{0} was signed without the blanks that were sent, or the other way round.", parameter],
        SignMistake.LetterCase => t["{0} was signed in other letter case than it was sent.", parameter],
        SignMistake.UrlEncoded => t["{0} was signed in its URL-encoded form. Sign the value as it stands in the JSON string.", parameter],
        SignMistake.Escaped => t["{0} was signed with the escapes or quotes of JSON. Sign the value itself.", parameter],
        SignMistake.HmacForm => t["The header has another form. It is t=<unix seconds>,v1=<64 hexadecimal digits>."],
        SignMistake.HmacPath => t["Another path was signed. Sign the path of the request as it was sent, with the country's segment and without the query."],
        SignMistake.HmacBody => t["Another body was signed. Sign the very bytes that are sent, and change nothing afterwards."],
        SignMistake.HmacParts => t["The parts are missing or joined in another way. Join request, path, merchant number, t and body by line feeds."],
        _ => t["No common error explains it. Compare the text with yours from the first character on; if it is the same, the key is another one."],
    };
}
