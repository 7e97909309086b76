#include "reports/page.h"

/*
 * Neither '<' nor '&' may stand here: the page is read by HTML and by XML
 * parsers.  Colours keep a contrast of 4.5 on their ground in both themes.
 */
const char *const page_style[] = {
"\n:root{--bg:#fff;--fg:#1b1f24;--soft:#57606a;--line:#d0d7de;--panel:#f6f8fa;--link:#0550ae;"
"--ok:#116329;--okbg:#e6f6ea;--bad:#a40e26;--badbg:#fff0ee;--warn:#7a4a00;--warnbg:#fff6dc;"
"--off:#57606a;--offbg:#eef1f4}\n",
"@media (prefers-color-scheme:dark){:root{--bg:#0f141a;--fg:#e6edf3;--soft:#9aa6b2;"
"--line:#38414b;--panel:#171d25;--link:#79b8ff;--ok:#6fdd8b;--okbg:#10291a;--bad:#ff9a92;"
"--badbg:#381517;--warn:#f0c060;--warnbg:#33270c;--off:#a3adb8;--offbg:#232b34}}\n",
"*{box-sizing:border-box}\n",
"html{background:var(--bg);color:var(--fg);font:16px/1.6 system-ui,-apple-system,'Segoe UI',"
"Roboto,'Noto Sans','Noto Sans KR','Noto Sans CJK KR','Apple SD Gothic Neo','Malgun Gothic',"
"sans-serif;-webkit-text-size-adjust:100%;text-size-adjust:100%}\n",
"body{max-width:72rem;margin:0 auto;padding:1.5rem 1.25rem 3rem;overflow-wrap:anywhere}\n",
"html[lang=ko] body{word-break:keep-all}\n",
"a{color:var(--link)}\n",
"a:focus-visible,summary:focus-visible,.scroll:focus-visible{outline:3px solid var(--link);"
"outline-offset:2px}\n",
".skip{position:absolute;left:-999rem}\n.skip:focus{position:static}\n",
"h1{font-size:1.9rem;line-height:1.25;margin:.1rem 0 .6rem;text-wrap:balance}\n",
"h2{font-size:1.35rem;line-height:1.3;margin:2.6rem 0 .8rem;padding-top:.9rem;"
"border-top:1px solid var(--line)}\n",
"h3{font-size:1.08rem;line-height:1.4;margin:0 0 .5rem}\n",
"p{margin:.45rem 0}\n",
".eyebrow{margin:0;color:var(--soft);font-size:.9rem;font-weight:600;letter-spacing:.03em}\n",
".box{border:1px solid var(--line);border-left:.6rem solid var(--off);border-radius:.5rem;"
"background:var(--panel);padding:1.2rem 1.4rem}\n",
".box-0{border-left-color:var(--ok)}.box-1{border-left-color:var(--bad)}"
".box-2{border-left-color:var(--warn)}\n",
".box-0 h1{color:var(--ok)}.box-1 h1{color:var(--bad)}.box-2 h1{color:var(--warn)}\n",
".box ul{margin:.3rem 0 .9rem;padding-left:1.2rem}\n",
".box .grade{font-weight:600}\n",
"h2.next{font-size:1.05rem;margin:1rem 0 .2rem;padding:0;border:0}"
"ol.next{margin:.2rem 0;padding-left:1.4rem}.next li{margin:.25rem 0}"
".command{display:block;overflow-wrap:anywhere}\n",
"dl{display:grid;grid-template-columns:minmax(9rem,15rem) 1fr;gap:.35rem 1.2rem;margin:.6rem 0}\n",
"dt{color:var(--soft);font-weight:600}dd{margin:0;min-width:0}"
"dd p:first-child,dd pre{margin-top:0}.box dd div+div{margin-top:.4rem}\n",
".contents{columns:2 18rem;column-gap:2rem;margin:1.2rem 0 0;padding:0 0 0 1.6rem}\n",
".contents li{padding:.1rem 0;break-inside:avoid}\n",
".scroll{overflow-x:auto;margin:.8rem 0 1.2rem;border:1px solid var(--line);border-radius:.4rem}\n",
"table{border-collapse:collapse;width:100%;font-size:.93rem}\n",
"caption{text-align:left;font-weight:600;padding:.55rem .8rem;background:var(--panel);"
"border-bottom:1px solid var(--line)}\n",
"th,td{text-align:left;vertical-align:top;padding:.45rem .8rem;border-bottom:1px solid var(--line);"
"min-width:5rem;overflow-wrap:break-word}\n",
"td.any{overflow-wrap:anywhere;min-width:8rem}\n",
"tbody tr:last-child th,tbody tr:last-child td{border-bottom:0}\n",
"thead th{color:var(--soft);font-size:.86rem;border-bottom:2px solid var(--line)}\n",
"tbody th{font-weight:600}\n",
"tfoot th,tfoot td{font-weight:700;border-top:2px solid var(--line)}\n",
".num td,.num thead th+th{text-align:right;font-variant-numeric:tabular-nums}\n",
".wide{min-width:46rem}.cases th[scope=row]{min-width:15rem}\n",
".rows th[scope=row]{min-width:15rem;overflow-wrap:anywhere}\n",
".cases th[scope=row]{overflow-wrap:anywhere}\n",
".steps td:nth-child(2){width:30%}.steps th{min-width:3rem}.steps th[scope=row]{width:4rem}\n",
"code,pre,.mono{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',"
"'Liberation Mono','Noto Sans Mono',"
"'Noto Sans Mono CJK KR',monospace;font-size:.88em}\n",
"pre{background:var(--panel);border:1px solid var(--line);border-radius:.4rem;"
"padding:.6rem .8rem;margin:.4rem 0;white-space:pre-wrap;overflow-wrap:anywhere}\n",
".mono{overflow-wrap:anywhere}\n",
".count{text-align:right;font-variant-numeric:tabular-nums}"
".glance th[scope=row],.reqs th[scope=row]{white-space:nowrap}"
".glance td.any{min-width:14rem}\n",
".sub{display:block;color:var(--soft);font-size:.9em;font-weight:400}\n",
".v{display:inline-block;font-weight:700;padding:.05rem .55rem;border-radius:1rem;"
"border:1px solid currentColor;white-space:nowrap}\n",
".v-pass{color:var(--ok);background:var(--okbg)}\n",
".v-fail{color:var(--bad);background:var(--badbg);border-width:2px}\n",
".v-pass-with-deviation{color:var(--warn);background:var(--warnbg)}\n",
".v-inconclusive,.v-error,.v-did-not-complete,.v-no-peer{color:var(--warn);"
"background:var(--warnbg);border-style:dashed}\n",
".v-not-run,.v-not-applicable,.v-waived{color:var(--off);background:var(--offbg);"
"border-style:dotted}\n",
".c{display:block;font-size:.86rem;color:var(--soft)}\n",
".c-leftover{color:var(--bad);font-weight:700}.c-unknown{color:var(--warn);font-weight:700}\n",
".missed{color:var(--bad);font-weight:700}.nowrap{white-space:nowrap}"
".tr-missed th,.tr-missed td{background:var(--badbg)}\n",
".tr-adv th,.tr-adv td{background:var(--warnbg)}\n",
".finding{border:1px solid var(--line);border-left:.35rem solid var(--bad);border-radius:.4rem;"
"padding:1rem 1.2rem;margin:1.2rem 0}\n",
".finding.soft{border-left-color:var(--warn)}\n",
".finding .what{font-size:1.02rem}\n",
"details{border:1px solid var(--line);border-radius:.4rem;margin:.6rem 0;padding:.1rem .8rem}\n",
"summary{cursor:pointer;padding:.4rem 0;min-height:1.5rem}\n",
"footer{margin-top:3rem;padding-top:.8rem;border-top:1px solid var(--line);color:var(--soft);"
"font-size:.9rem}\n",
"@media (max-width:40rem){dl{grid-template-columns:1fr;gap:.1rem}dd{margin-bottom:.5rem}"
"h1{font-size:1.45rem}}\n",
"@page{margin:18mm 15mm}\n",
"@media print{:root{--bg:#fff;--fg:#000;--soft:#333;--line:#888;--panel:#fff;--link:#000;"
"--ok:#000;--okbg:#fff;--bad:#000;--badbg:#fff;--warn:#000;--warnbg:#fff;--off:#000;--offbg:#fff}"
"html{font-size:10.5pt}body{max-width:none;padding:0}nav,.skip{display:none}"
".scroll{overflow:visible}.wide{min-width:0}th,td,td.any{min-width:0;padding:.25rem .4rem;"
"overflow-wrap:anywhere}"
".cases th[scope=row],.rows th[scope=row]{min-width:0}thead{display:table-header-group}"
"tr,.finding dd,pre,.next li{break-inside:avoid}h2,h3,caption{break-after:avoid}"
"#findings{break-before:page}.box{border-width:2px;border-left-width:.6rem}"
"a{text-decoration:none}.v{white-space:normal}}\n",
	NULL
};
