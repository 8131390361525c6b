# What an interactive zsh makes of each LINE when the tab key is pressed behind it:
# what it lists, and <LINE> as it is then.
#
#   zsh -f complete.zsh FOLDER LINE...
#
# FOLDER has the completions.
zmodload zsh/zpty
folder=$1
shift

zpty shell 'TERM=dumb zsh -f -i'
zpty -w shell "PS1=; LISTMAX=1000; unset zle_bracketed_paste; fpath=(${(q)folder} \$fpath)"
zpty -w shell 'autoload -Uz compinit; compinit -u -D'
# Control-X prints the line, and empties it.
zpty -w shell 'show() { print -r -- "<$BUFFER>"; BUFFER=; zle -I }'
zpty -w shell 'zle -N show; bindkey "^X" show; stty -echo; print READY'
zpty -r shell text '*READY*READY*'
for line; do
    zpty -w -n shell "$line"$'\t\x18'
    zpty -r shell text '*<*>*'
    print -r -- ${text//$'\r'/$'\n'}
done
zpty -d shell
