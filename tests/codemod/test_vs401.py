"""VS401: the environment and other programs."""
import pytest


@pytest.mark.parametrize("text, words", [
    ("import os\nos.environ['PYTHONHTTPSVERIFY'] = '0'\n", "PYTHONHTTPSVERIFY"),
    ("import os\nos.environ.setdefault('GIT_SSL_NO_VERIFY', 'true')\n", "GIT_SSL_NO_VERIFY"),
    ("import os\nos.putenv('CURL_CA_BUNDLE', '')\n", "CURL_CA_BUNDLE"),
    ("import subprocess\nsubprocess.call(a, env={'REQUESTS_CA_BUNDLE': ''})\n", "REQUESTS_CA_BUNDLE"),
    ("import subprocess\nsubprocess.call(['curl', '-sSk', url])\n", "curl -sSk"),
    ("import subprocess\nsubprocess.call(['/usr/bin/curl', url, '--insecure'])\n", "--insecure"),
    ("import os\nos.system('curl -fsSL -k %s' % url)\n", "curl -k"),
    ("import os\nos.system('cd x && wget -q --no-check-certificate ' + url)\n", "wget"),
    ("cmd += self._valueless_option('--no-check-certificate', 'nocheckcertificate')\n", "wget"),
    ("cmd = ['git', '-c', 'http.sslVerify=false', 'clone']\n", "git"),
    ("run('git config --global http.sslVerify false')\n", "git"),
    ("run(['git', 'config', 'http.sslVerify', 'false'])\n", "git config"),
    ("run('aws --no-verify-ssl s3 ls')\n", "aws"),
    ("cmd = ['svn', '--trust-server-cert', 'up']\n", "svn"),
    ("cmd = ['pip', 'install', '--trusted-host', host]\n", "pip"),
    ("run('pip install --trusted-host %s x' % host)\n", "pip"),
])
def test_reported(findings, rewritten, text, words):
    (_, _, fix, message), = findings(text, select="VS401", unsafe=True)
    assert fix == "none" and words in message
    assert rewritten(text, select="VS401", unsafe=True) == text


@pytest.mark.parametrize("text", [
    "import os\nos.environ['PYTHONHTTPSVERIFY'] = '1'\nos.environ['CURL_CA_BUNDLE'] = roots\n",
    "import os\nif os.environ.get('PYTHONHTTPSVERIFY') == '0': pass\n",
    "'''curl -k https://example.org'''\n",
    "def f():\n    '''wget --no-check-certificate URL'''\n",
    "# curl -k https://example.org\n",
    "parser.add_option('--no-check-certificate', help='wget --no-check-certificate does it')\n",
    "parser.add_argument('--insecure', '-k')\n",
    "print('use curl -k to see it')\n",
    "subprocess.call(['tar', '-k', 'x'])\n",
    "subprocess.call(['curl', '-o', 'x', url])\n",
    "os.system('curl -fsSL https://example.org/pack')\n",
    "if arg == '--insecure': pass\n",
    "raise SystemExit('curl -k failed')\n",
])
def test_untouched(findings, text):
    assert findings(text, select="VS401", unsafe=True) == []
